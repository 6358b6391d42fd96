import type { World } from '../core/world.ts';

interface Bucket {
  tokens: number;
  at: number;
}
const buckets = new WeakMap<World, Map<string, Bucket>>();

/**
 * Token bucket in emulator time. Answers what is left, or the seconds until the next token: a call before that is
 * refused again and takes nothing.
 */
export function take(
  world: World,
  key: string,
  limit: { readonly size: number; readonly perSecond: number },
): { left: number } | { retryAfterSeconds: number } {
  const known = buckets.get(world) ?? new Map<string, Bucket>();
  buckets.set(world, known);
  const now = world.clock.now();
  const bucket = known.get(key) ?? { tokens: limit.size, at: now };
  bucket.tokens = Math.min(limit.size, bucket.tokens + ((now - bucket.at) / 1000) * limit.perSecond);
  bucket.at = now;
  known.set(key, bucket);
  if (bucket.tokens < 1) return { retryAfterSeconds: Math.max(1, Math.ceil((1 - bucket.tokens) / limit.perSecond)) };
  bucket.tokens -= 1;
  return { left: Math.floor(bucket.tokens) };
}

export type OperationClass = 'reads' | 'writes' | 'deletes';

/** Per subscription (or tenant), principal and class; the whole subscription has 15 times as much. Source: ARM request limits and throttling. */
export const armLimits: Record<OperationClass, { size: number; perSecond: number }> = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
};
export const globalFactor = 15;

export type IdentityOperation = 'write' | 'get' | 'list' | 'delete';

/** Requests per second of the managed identity RP, by tenant, subscription and resource. Source: Entra workload-id considerations. */
const identityRates: Record<IdentityOperation, readonly [tenant: number, subscription: number, resource: number]> = {
  write: [10, 2, 0.25],
  get: [30, 10, 0.5],
  list: [15, 5, 0.25],
  delete: [10, 2, 0.25],
};
/** A guess: only the rates are documented. A bucket holds this many seconds of them, so that a burst gets through and a loop does not. */
const burstSeconds = 40;

/** Seconds to wait, or undefined when the managed identity RP takes the call. `resource` is the identity, or the listed scope. */
export function throttleIdentity(
  world: World,
  operation: IdentityOperation,
  scope: { tenantId: string; subscriptionId: string; resource: string },
): number | undefined {
  const keys = [scope.tenantId, scope.subscriptionId, scope.resource.toLowerCase()];
  for (const [index, perSecond] of identityRates[operation].entries()) {
    const size = Math.max(1, Math.ceil(perSecond * burstSeconds));
    const result = take(world, `msi/${operation}/${index}/${keys[index]}`, { size, perSecond });
    if ('retryAfterSeconds' in result) return result.retryAfterSeconds;
  }
  return undefined;
}
