import pLimit from 'p-limit';
import type { Subscription } from '../../model/azure.ts';
import type { Partial } from '../../ports.ts';
import { diagnose } from '../../problems/diagnose.ts';

/** Drains a paged list. The SDKs pass no signal on to the next page, so it is asked here. */
export async function collect<T>(pages: AsyncIterable<T>, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) {
    signal.throwIfAborted();
    items.push(item);
  }
  return items;
}

// ARM refills 25 reads per second for each subscription and principal; more than this side by side gains nothing.
const sideBySide = 8;

/** Reads the same thing in every usable subscription. One that refuses is named; it does not hide the others. */
export async function overSubscriptions<T>(
  subscriptions: readonly Subscription[],
  signal: AbortSignal,
  read: (subscription: Subscription) => Promise<readonly T[]>,
): Promise<Partial<T>> {
  const limit = pLimit(sideBySide);
  const usable = subscriptions.filter(({ state }) => state !== 'Deleted' && state !== 'Disabled');
  const results = await Promise.all(
    usable.map((subscription) =>
      limit(async () => {
        signal.throwIfAborted();
        try {
          return { items: await read(subscription), notVisible: [] };
        } catch (error) {
          signal.throwIfAborted();
          if (isSignIn(error)) throw error;
          return { items: [], notVisible: [{ name: subscription.name, problem: diagnose(error) }] };
        }
      }),
    ),
  );
  return {
    items: results.flatMap(({ items }) => items),
    notVisible: results.flatMap(({ notVisible }) => notVisible),
  };
}

/** Concerns every subscription alike, and only the caller can act on it. */
function isSignIn(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'sign-in';
}
