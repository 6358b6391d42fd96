import { createClock } from './clock.ts';
import { createFaults } from './faults.ts';
import { createLedger } from './ledger.ts';
import type { Timing, TokenService, World } from './world.ts';

/** Nothing takes time: for tests that are not about time. */
export const immediately: Timing = {
  latencyMs: 0,
  clusterUpdateMs: 0,
  principalReplicationMs: 0,
  credentialPropagationMs: 0,
  devopsConsistencyMs: 0,
  reconcileMs: 100,
};

/** Microsoft's minutes as seconds: long enough that a person sees every wait, short enough for a demo. */
export const compressed: Timing = {
  latencyMs: 15,
  clusterUpdateMs: 6_000,
  principalReplicationMs: 3_000,
  credentialPropagationMs: 4_000,
  devopsConsistencyMs: 600,
  reconcileMs: 1_000,
};

export interface WorldOptions {
  readonly ports: World['ports'];
  readonly caPem: string;
  readonly caPath: string;
  readonly dataDir: string;
  readonly timing: Timing;
  readonly kubebuilderAssets?: string;
  /** `path` (default): hosts are first path segments of localhost. `name`: hosts resolve to loopback by their own names. */
  readonly addressing?: 'path' | 'name';
  /** Told of every change that a restart must bring back. */
  readonly changed?: () => void;
}

/** Hosts of Entra: on localhost it owns every path that names no other host, so it needs no prefix. */
export const entraHosts = ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'];

export function createWorld(options: WorldOptions): { world: World; end(): Promise<void> } {
  const clock = createClock();
  const stops: (() => void | Promise<void>)[] = [];
  const origin = (host: string) => `https://${host}${options.ports.tls === 443 ? '' : `:${options.ports.tls}`}`;
  const world: World = {
    clock,
    timing: { ...options.timing },
    ledger: createLedger(clock.now),
    faults: createFaults(),
    url: (host) => {
      if (options.addressing === 'name') return origin(host);
      return entraHosts.includes(host) ? origin('localhost') : `${origin('localhost')}/${host}`;
    },
    ports: options.ports,
    directory: { tenants: [] },
    azure: {
      subscriptions: [],
      resourceGroups: new Map(),
      clusters: new Map(),
      identities: new Map(),
      grants: [],
    },
    devops: { organizations: new Map() },
    kubernetes: new Map(),
    tokens: noTokens,
    caPem: options.caPem,
    caPath: options.caPath,
    dataDir: options.dataDir,
    kubebuilderAssets: options.kubebuilderAssets,
    changed: options.changed ?? (() => undefined),
    onStop: (stop) => {
      stops.push(stop);
    },
  };
  return {
    world,
    end: async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
      for (const backend of world.kubernetes.values()) await backend.stop();
      world.kubernetes.clear();
    },
  };
}

/** Until Entra takes its place. */
const noTokens: TokenService = {
  verify: async () => ({ refused: 'missing' }),
  issue: () => Promise.reject(new Error('no token service in this world')),
};
