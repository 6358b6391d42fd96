'use client';

import { ArrowRight } from 'lucide-react';
import { type FormEvent, startTransition, useActionState, useEffect, useRef } from 'react';
import { ProblemNotice } from '../problem-notice.tsx';
import type { StepFormProps } from '../props.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { ErrorText } from '../ui/field.tsx';
import { FieldErrors } from '../ui/field-errors.tsx';

/**
 * The shell of every step. It posts to the server action without a script too; with one, what was typed stays when the action
 * answers with errors (React would reset the fields), and the first of them gets the focus.
 */
export function StepForm({
  action,
  children,
  backHref,
  submitLabel = 'Continue',
  pendingLabel = 'Saving…',
  disabledReason,
  signInHrefs,
  hidden = {},
}: StepFormProps) {
  const [state, submit, pending] = useActionState(action, {});
  const form = useRef<HTMLFormElement>(null);
  const notice = useRef<HTMLDivElement>(null);
  const errors = state.fieldErrors ?? {};
  const loose = Object.entries(errors)
    .filter(([name]) => name === '' || name === '_form')
    .flatMap(([, texts]) => texts);

  useEffect(() => {
    if (state.problem) {
      notice.current?.focus();
      return;
    }
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [state]);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    startTransition(() => submit(data));
  };
  return (
    <FieldErrors value={errors}>
      <form ref={form} action={submit} onSubmit={onSubmit} className="step-form" noValidate aria-busy={pending}>
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {(state.problem || loose.length > 0) && (
          <div ref={notice} tabIndex={-1} role="alert">
            {state.problem && (
              <ProblemNotice
                problem={state.problem}
                signInHref={state.problem.signIn && signInHrefs?.[state.problem.signIn.audience]}
              />
            )}
            <ErrorText errors={loose} />
          </div>
        )}
        {children}
        <div className="step-acts">
          {backHref && (
            <ButtonLink href={backHref} size="large">
              Back
            </ButtonLink>
          )}
          <Button
            type="submit"
            look="primary"
            size="large"
            icon={ArrowRight}
            reason={disabledReason}
            aria-disabled={pending || undefined}
          >
            {pending ? pendingLabel : submitLabel}
          </Button>
        </div>
      </form>
    </FieldErrors>
  );
}
