import { describe, expect, it } from 'vitest';
import { readAllCredentials } from '../../../lib/audit/paced-credentials.ts';
import { Bucket } from '../../../lib/audit/pacer.ts';
import type { Identity } from '../../../lib/model/azure.ts';
import type { Arm } from '../../../lib/ports.ts';
import { UpstreamError } from '../../../lib/problems/upstream-error.ts';
import { fakeClock } from '../fake-ports.ts';
import { cleanRow } from '../findings/rows.ts';

const signal = AbortSignal.timeout(60_000);

describe('a bucket', () => {
  it('lets a burst through and then keeps the rate', async () => {
    const clock = fakeClock(0);
    const bucket = new Bucket(clock, { perSecond: 5, burst: 5 });
    const at: number[] = [];
    await Promise.all(
      Array.from({ length: 15 }, async () => {
        await bucket.take(signal);
        at.push(clock.now().getTime());
      }),
    );
    expect(at.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(at.at(-1)).toBe(2_000);
  });
  it('holds everybody back while the service asks for a pause', async () => {
    const clock = fakeClock(0);
    const bucket = new Bucket(clock, { perSecond: 5, burst: 5 });
    bucket.pause(7_000);
    await bucket.take(signal);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(7_000);
  });
  it('ends with its signal', async () => {
    const bucket = new Bucket(fakeClock(0), { perSecond: 1, burst: 1 });
    await expect(bucket.take(AbortSignal.abort(new Error('Stopped')))).rejects.toThrow('Stopped');
  });
});

/** The rates of the service as it counts them: so many in any second, for the tenant and for each subscription. */
function throttledArm(clock: ReturnType<typeof fakeClock>, faults = 0) {
  const calls: { at: number; subscription: string }[] = [];
  let left = faults;
  const listCredentials: Arm['listCredentials'] = async (id) => {
    await clock.sleep(50, signal);
    if (left > 0) {
      left -= 1;
      throw new UpstreamError({
        service: 'arm',
        operation: 'list',
        kind: 'throttled',
        status: 429,
        retryAfterMs: 4_000,
      });
    }
    calls.push({ at: clock.now().getTime(), subscription: id.split('/')[2] ?? '' });
    return [];
  };
  return { arm: { listCredentials } as Arm, calls };
}
const identities = (subscriptions: number, each: number): readonly Identity[] =>
  Array.from({ length: subscriptions * each }, (_, index) => ({
    ...cleanRow().identity,
    location: 'westeurope',
    tags: {},
    subscriptionId: `s${index % subscriptions}`,
    id: `/subscriptions/s${index % subscriptions}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${index}`,
  }));

describe('reading all credentials', () => {
  it('is as fast as the rates allow, within a tenth', async () => {
    const clock = fakeClock(0);
    const { arm, calls } = throttledArm(clock);
    await readAllCredentials({ arm, clock }, identities(20, 30), () => undefined, signal);
    expect(calls).toHaveLength(600);
    const bound = (600 - 15) / 15;
    expect(clock.now().getTime() / 1_000).toBeLessThanOrEqual(bound * 1.1);
    for (const { at, subscription } of calls) {
      const second = calls.filter((call) => call.at > at - 1_000 && call.at <= at);
      // The burst of one second beside the rate of that second.
      expect(second.length).toBeLessThanOrEqual(30);
      expect(second.filter((call) => call.subscription === subscription).length).toBeLessThanOrEqual(10);
    }
  });
  it('obeys a pause and loses nothing', async () => {
    const clock = fakeClock(0);
    const { arm } = throttledArm(clock, 3);
    const read: boolean[] = [];
    await readAllCredentials({ arm, clock }, identities(1, 8), ({ result }) => read.push(result.ok), signal);
    expect(read).toEqual(Array.from({ length: 8 }, () => true));
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(4_000);
  });
  it('names what stays refused', async () => {
    const clock = fakeClock(0);
    const listCredentials: Arm['listCredentials'] = async () => {
      throw new UpstreamError({ service: 'arm', operation: 'list', kind: 'refused', status: 403 });
    };
    const read: boolean[] = [];
    await readAllCredentials(
      { arm: { listCredentials } as Arm, clock },
      identities(1, 2),
      ({ result }) => read.push(result.ok),
      signal,
    );
    expect(read).toEqual([false, false]);
  });
});
