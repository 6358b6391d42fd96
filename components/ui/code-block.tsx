import { Fragment } from 'react';
import { CopyButton } from './copy-button.tsx';

/** Comments, quoted strings and options: enough to find one's way in a command, and nothing that a parser would be needed for. */
const token = /(#[^\n]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|((?<=^|\s)--?[a-zA-Z][\w-]*)/gm;

export function colour(text: string): readonly { readonly text: string; readonly kind?: string }[] {
  const parts: { text: string; kind?: string }[] = [];
  let last = 0;
  for (const match of text.matchAll(token)) {
    // A hash inside a word is no comment in a shell.
    if (match[1] && match.index > 0 && !/\s/.test(text[match.index - 1] ?? '')) continue;
    if (match.index > last) parts.push({ text: text.slice(last, match.index) });
    parts.push({ text: match[0], kind: match[1] ? 'comment' : match[2] ? 'string' : 'option' });
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push({ text: text.slice(last) });
  return parts;
}

export function CodeBlock({
  text,
  label,
  copy = true,
}: {
  readonly text: string;
  /** What this is, for the region's name and the button, for example `az commands`. */
  readonly label: string;
  readonly copy?: boolean;
}) {
  return (
    <div className="code-box">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable with the keyboard. */}
      <section className="code" tabIndex={0} aria-label={label}>
        <pre>
          {colour(text).map((part, index) =>
            part.kind ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of one immutable text have no other identity.
              <span key={index} className={part.kind}>
                {part.text}
              </span>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above.
              <Fragment key={index}>{part.text}</Fragment>
            ),
          )}
        </pre>
      </section>
      {copy && (
        <CopyButton text={text} look="quiet">
          Copy
        </CopyButton>
      )}
    </div>
  );
}
