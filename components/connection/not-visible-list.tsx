import { EyeOff } from 'lucide-react';
import type { NotVisible } from '../props.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Note } from '../ui/note.tsx';

/** What may not be seen is named, and never counted as absent. */
export function NotVisibleList({
  items,
  what,
}: {
  readonly items: readonly NotVisible[] /** In the singular, for example `subscription`. */;
  readonly what: string;
}) {
  if (items.length === 0) return null;
  return (
    <Note icon={EyeOff}>
      <Disclosure
        summary={`${items.length} ${what}${items.length === 1 ? ' is' : 's are'} not visible to you. There may be more here than this page can show.`}
      >
        {items.map(({ name, problem }) => (
          <p key={name}>
            <b>{name}</b>: {problem.title} {problem.remedy}
          </p>
        ))}
      </Disclosure>
    </Note>
  );
}
