/** Filled row by row; a code is the anchor of its section in docs/problems.md. */
export const problemCatalog = {} as const satisfies Record<string, { readonly title: string }>;
export type ProblemCode = keyof typeof problemCatalog;
