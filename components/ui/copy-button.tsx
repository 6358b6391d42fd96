'use client';

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

type Outcome = 'copied' | 'refused' | undefined;

function useCopy(text: string): readonly [Outcome, () => void] {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), 3_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    // Absent outside a secure context, and refused by some policies.
    const writing: Promise<void> = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    writing.then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  return [outcome, copy];
}
const refusal = 'The browser refused; select the text instead';

/** A small icon beside a value. `label` names what is copied, for example `Copy correlation id`. */
export function CopyIcon({ text, label }: { readonly text: string; readonly label: string }) {
  const [outcome, copy] = useCopy(text);
  const Icon = outcome === 'copied' ? Check : Copy;
  return (
    <>
      <button type="button" className="copy" aria-label={label} title={label} onClick={copy}>
        <Icon className="icon small" aria-hidden />
      </button>
      <span role="status" className="unseen">
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? refusal : ''}
      </span>
    </>
  );
}

export function CopyButton({
  text,
  children,
  look,
}: {
  readonly text: string;
  readonly children: string;
  readonly look?: 'primary' | 'quiet';
}) {
  const [outcome, copy] = useCopy(text);
  const Icon = outcome === 'copied' ? Check : Copy;
  return (
    <>
      <button type="button" className={look ? `button ${look}` : 'button'} onClick={copy}>
        <Icon className="icon small" aria-hidden />
        {outcome === 'copied' ? 'Copied' : children}
      </button>
      <span role="status" className={outcome === 'refused' ? 'soft' : 'unseen'}>
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? refusal : ''}
      </span>
    </>
  );
}
