import type { ClusterObject } from '../../../core/world.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}
type Stored = Condition & { readonly lastTransitionTime: string; readonly observedGeneration?: number };

/** Conditions as Flux' controllers keep them: the time of a transition stays while the status does. */
export function conditions(object: ClusterObject, now: string, wanted: readonly Condition[]): readonly Stored[] {
  const before = (object.status as { conditions?: Stored[] } | undefined)?.conditions ?? [];
  return wanted.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    return {
      ...condition,
      // The schema cuts at 32768 characters; controllers truncate.
      message: condition.message.slice(0, 20_000),
      lastTransitionTime: known && known.status === condition.status ? known.lastTransitionTime : now,
      observedGeneration: generationOf(object),
    };
  });
}

export function generationOf({ metadata }: ClusterObject): number {
  return Number(metadata.generation ?? 1);
}

/** `flux reconcile` asks by this annotation. */
export function requestedAt({ metadata }: ClusterObject): { lastHandledReconcileAt?: string } {
  const asked = metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
  return asked ? { lastHandledReconcileAt: asked } : {};
}
