import type { World } from './world.ts';

/** The world as plain JSON, without secrets, keys and tokens. */
export function snapshot(world: World): Record<string, unknown> {
  return {
    now: new Date(world.clock.now()).toISOString(),
    timing: world.timing,
    directory: world.directory.tenants.map(({ id, name, domain, users, applications }) => ({
      id,
      name,
      domain,
      users,
      applications: applications.map(({ clientId, name: title, redirectUris, consents }) => ({
        clientId,
        name: title,
        redirectUris,
        consents: plain(consents),
      })),
    })),
    azure: plain(world.azure),
    devops: plain(world.devops),
    kubernetes: [...world.kubernetes.keys()],
    ledger: world.ledger.entries().length,
  };
}

/** Maps as objects, sets as arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [String(key), plain(entry)]));
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}
