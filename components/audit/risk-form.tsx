'use client';

import { type FormEvent, startTransition, useActionState, useState } from 'react';
import { ProblemNotice } from '../problem-notice.tsx';
import type { FormAction } from '../props.ts';
import { Button } from '../ui/button.tsx';
import { Input, TextArea } from '../ui/field.tsx';
import { FieldErrors } from '../ui/field-errors.tsx';
import { dayText } from './day-text.ts';

export function RiskForm({
  action,
  hidden,
  proposedEnd,
}: {
  readonly action: FormAction;
  readonly hidden: Readonly<Record<string, string>>;
  /** Calendar day. */
  readonly proposedEnd: string;
}) {
  const [state, submit, pending] = useActionState(action, {});
  const [end, setEnd] = useState(proposedEnd);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    startTransition(() => submit(data));
  };
  return (
    <FieldErrors value={state.fieldErrors ?? {}}>
      <form
        className="risk"
        action={submit}
        onSubmit={onSubmit}
        noValidate
        aria-busy={pending}
        aria-label="Accept the risk"
      >
        <h3>Or accept the risk</h3>
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {state.problem && <ProblemNotice problem={state.problem} level={4} />}
        <TextArea label="Reason" name="reason" maxLength={1_000} required />
        <Input label="Owner" name="owner" maxLength={200} required placeholder="Who answers for it" />
        <Input
          label="Ends on"
          name="endsOn"
          inputMode="numeric"
          value={end}
          onChange={(event) => setEnd(event.target.value)}
          required
        />
        <Button type="submit" aria-disabled={pending || undefined}>
          {pending ? 'Accepting…' : `Accept until ${dayText(end) ?? 'that day'}`}
        </Button>
        <p className="faint">Stays counted, can be taken back, and is written to the journal.</p>
      </form>
    </FieldErrors>
  );
}
