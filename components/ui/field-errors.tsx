'use client';

import { createContext, useContext } from 'react';

/** Errors of the form around, by field name; set by the form's shell from what its action answered. */
export const FieldErrors = createContext<Readonly<Record<string, readonly string[]>>>({});

export function useFieldErrors(name: string): readonly string[] {
  return useContext(FieldErrors)[name] ?? [];
}
