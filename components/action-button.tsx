'use client';

import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useActionState } from 'react';
import { ProblemNotice } from './problem-notice.tsx';
import type { FormAction } from './props.ts';
import { Button } from './ui/button.tsx';

/** One button that posts to a server action; works without a script, says so while it runs, shows what went wrong. */
export function ActionButton({
  action,
  hidden = {},
  look,
  size,
  icon,
  pendingLabel = 'Working…',
  signInHref,
  children,
}: {
  readonly action: FormAction;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly look?: 'primary' | 'quiet';
  readonly size?: 'large';
  readonly icon?: LucideIcon;
  readonly pendingLabel?: string;
  readonly signInHref?: string;
  readonly children: ReactNode;
}) {
  const [state, submit, pending] = useActionState(action, {});
  return (
    <form action={submit} className="inline-grid gap-2">
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button type="submit" look={look} size={size} icon={icon} aria-disabled={pending || undefined}>
        {pending ? pendingLabel : children}
      </Button>
      {state.problem && <ProblemNotice problem={state.problem} level={3} signInHref={signInHref} />}
    </form>
  );
}
