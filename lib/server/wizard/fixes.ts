import 'server-only';
import { problemCatalog } from '../../problems/catalog.ts';
import { routes } from '../../routes.ts';

/** Every problem that a change of ours can mend leads to the plan: observing anew is what finds the one change that is needed. */
export function fixHrefs(connectionId: string): Record<string, string> {
  const href = routes.step(connectionId, 'review');
  return Object.fromEntries(Object.keys(problemCatalog).map((code) => [code, href]));
}
