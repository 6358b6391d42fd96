import { appProblems } from './catalog/app.ts';
import { azureProblems } from './catalog/azure.ts';
import { devopsProblems } from './catalog/devops.ts';
import type { CatalogEntry } from './catalog/entry.ts';
import { federationProblems } from './catalog/federation.ts';
import { fluxProblems } from './catalog/flux.ts';
import { kubernetesProblems } from './catalog/kubernetes.ts';
import { sessionProblems } from './catalog/session.ts';

/** Every problem that may reach a person, by code. A code is a heading of docs/problems.md. */
export const problemCatalog = {
  ...federationProblems,
  ...azureProblems,
  ...devopsProblems,
  ...kubernetesProblems,
  ...fluxProblems,
  ...appProblems,
  ...sessionProblems,
} as const satisfies Record<string, CatalogEntry>;
export type ProblemCode = keyof typeof problemCatalog;

/** Anchor of the code's section in docs/problems.md, as GitHub and most renderers derive it from the heading. */
export function problemAnchor(code: ProblemCode): string {
  return `problems#${code.replace('/', '')}`;
}
