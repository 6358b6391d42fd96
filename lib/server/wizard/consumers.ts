import 'server-only';
import { cache } from 'react';
import type { FoundConsumer } from '../../consumers/consumer-kind.ts';
import { consumerKinds } from '../../consumers/index.ts';
import type { Result } from '../../model/problem.ts';
import { attempt, pageSignal } from '../attempt.ts';
import { portsOfCaller } from '../services.ts';

/** What runs in the cluster, kind by kind, side by side. The first refusal stands for all: they ask the same API server. */
export const discoverConsumers = cache(async (clusterId: string): Promise<Result<readonly FoundConsumer[]>> => {
  const ports = await portsOfCaller();
  return attempt(async () => {
    const signal = pageSignal();
    const kubernetes = await ports.kubernetes({ id: clusterId });
    const found = await Promise.all(consumerKinds.map((kind) => kind.discover(kubernetes, signal)));
    return found.flat();
  });
});

export function consumerTitles(): Record<string, string> {
  return Object.fromEntries(consumerKinds.map(({ id, title }) => [id, title]));
}

export function consumerSearches(): readonly string[] {
  return consumerKinds.map(({ looksFor }) => looksFor);
}
