import pLimit from 'p-limit';
import type { FederatedCredential, Identity } from '../model/azure.ts';
import type { Ports } from '../ports.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { Bucket, credentialListRates } from './pacer.ts';

// At the rate of a subscription and a slow answer of a second, so many are on their way at most.
const sideBySide = 8;
const maximumTries = 6;
const pauseWithoutHeaderMs = 5_000;

export interface ReadCredentials {
  readonly identity: Identity;
  readonly result:
    | { readonly ok: true; readonly credentials: readonly FederatedCredential[]; readonly at: string }
    | { readonly ok: false; readonly error: UpstreamError };
}

/** Lists the credentials of every identity as fast as the service allows, subscriptions side by side. */
export async function readAllCredentials(
  ports: Pick<Ports, 'arm' | 'clock'>,
  identities: readonly Identity[],
  onRead: (read: ReadCredentials, leftMs: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { arm, clock } = ports;
  const tenant = new Bucket(clock, credentialListRates.tenant);
  const bySubscription = Map.groupBy(identities, ({ subscriptionId }) => subscriptionId.toLowerCase());
  let left = identities.length;

  const readOne = async (identity: Identity, subscription: Bucket): Promise<ReadCredentials> => {
    for (let tries = 1; ; tries += 1) {
      await subscription.take(signal);
      await tenant.take(signal);
      try {
        const credentials = await arm.listCredentials(identity.id, signal);
        return { identity, result: { ok: true, credentials, at: clock.now().toISOString() } };
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UpstreamError) || error.kind === 'sign-in') throw error;
        if (error.kind !== 'throttled' || tries >= maximumTries) return { identity, result: { ok: false, error } };
        subscription.pause(error.retryAfterMs ?? pauseWithoutHeaderMs);
      }
    }
  };
  await Promise.all(
    [...bySubscription.values()].map(async (group) => {
      const subscription = new Bucket(clock, credentialListRates.subscription);
      const limit = pLimit(sideBySide);
      let leftHere = group.length;
      await Promise.all(
        group.map((identity) =>
          limit(async () => {
            signal.throwIfAborted();
            const read = await readOne(identity, subscription);
            left -= 1;
            leftHere -= 1;
            onRead(read, Math.max(tenant.leftMs(left), subscription.leftMs(leftHere)));
          }),
        ),
      );
    }),
  );
}
