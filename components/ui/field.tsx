'use client';

import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { useFieldErrors } from './field-errors.tsx';

export function ErrorText({ id, errors }: { readonly id?: string; readonly errors: readonly string[] }) {
  if (errors.length === 0) return null;
  return (
    <p className="error" id={id}>
      <CircleAlert className="icon" aria-hidden />
      <span>{errors.join(' ')}</span>
    </p>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly hint?: ReactNode;
  /** Shown beside errors of the form, for example from checking while typing. */
  readonly error?: string;
  /** Where the row says what it is; screen readers still hear the label. */
  readonly hideLabel?: boolean;
}

function useParts({ name, hint, error }: Pick<FieldProps, 'name' | 'hint' | 'error'>) {
  const id = useId();
  const given = useFieldErrors(name);
  const errors = error && !given.includes(error) ? [error, ...given] : given;
  const describedBy = [hint ? `${id}-hint` : '', errors.length > 0 ? `${id}-error` : ''].filter(Boolean).join(' ');
  return {
    id,
    errors,
    wiring: {
      id,
      name,
      'aria-invalid': errors.length > 0 || undefined,
      'aria-describedby': describedBy || undefined,
    },
  };
}
function Frame({
  id,
  label,
  hint,
  errors,
  hideLabel,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly errors: readonly string[];
  readonly hideLabel?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="field">
      <label htmlFor={id} className={hideLabel ? 'unseen' : undefined}>
        {label}
      </label>
      {children}
      <ErrorText id={`${id}-error`} errors={errors} />
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function Input({
  label,
  hint,
  error,
  hideLabel,
  ...rest
}: FieldProps & Omit<ComponentProps<'input'>, 'id' | 'name'>) {
  const { id, errors, wiring } = useParts({ name: rest.name, hint, error });
  return (
    <Frame id={id} label={label} hint={hint} errors={errors} hideLabel={hideLabel}>
      <input autoComplete="off" spellCheck={false} {...rest} {...wiring} className="input" />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  ...rest
}: FieldProps & Omit<ComponentProps<'textarea'>, 'id' | 'name'>) {
  const { id, errors, wiring } = useParts({ name: rest.name, hint, error });
  return (
    <Frame id={id} label={label} hint={hint} errors={errors} hideLabel={hideLabel}>
      <textarea spellCheck={false} {...rest} {...wiring} className="input" />
    </Frame>
  );
}

export function Select({
  label,
  hint,
  error,
  hideLabel,
  options,
  ...rest
}: FieldProps &
  Omit<ComponentProps<'select'>, 'id' | 'name' | 'children'> & {
    readonly options: readonly { readonly value: string; readonly label: string }[];
  }) {
  const { id, errors, wiring } = useParts({ name: rest.name, hint, error });
  return (
    <Frame id={id} label={label} hint={hint} errors={errors} hideLabel={hideLabel}>
      <select {...rest} {...wiring} className="input">
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

export function Checkbox({
  label,
  ...rest
}: { readonly label: ReactNode } & Omit<ComponentProps<'input'>, 'type' | 'id'>) {
  return (
    <label className="checkbox">
      <input {...rest} type="checkbox" />
      <span>{label}</span>
    </label>
  );
}
