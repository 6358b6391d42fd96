'use client';

import { ErrorText } from '../ui/field.tsx';
import { useFieldErrors } from '../ui/field-errors.tsx';

/** The error of a group of choices, which have no field of their own. */
export function ChoiceError({ name }: { readonly name: string }) {
  return (
    <div role="alert" className="empty:hidden">
      <ErrorText errors={useFieldErrors(name)} />
    </div>
  );
}
