import { argocd } from './argocd.ts';
import type { ConsumerKind } from './consumer-kind.ts';
import { flux } from './flux.ts';

export const consumerKinds: readonly ConsumerKind[] = [argocd, flux];

/** Undefined for a kind that this version does not know: a stored design may be newer. */
export function consumerKind(id: string): ConsumerKind | undefined {
  return consumerKinds.find((kind) => kind.id === id);
}
