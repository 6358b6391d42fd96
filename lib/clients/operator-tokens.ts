import type { AccessToken } from '../ports.ts';

/** The three resources for which an operator's delegated token exists. Each token goes to its own service's hosts only. */
export type OperatorAudience = 'arm' | 'aks' | 'devops';

/**
 * Delegated access tokens of the signed-in operator. `get` returns one that is still valid, from a cache or by refresh; when the
 * operator has to pass through Entra once more it throws an UpstreamError of kind `sign-in` with `audience` and, if any, `claims`.
 */
export interface OperatorTokens {
  get(audience: OperatorAudience, signal: AbortSignal): Promise<AccessToken>;
}
