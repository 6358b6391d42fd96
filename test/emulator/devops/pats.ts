import { randomBytes } from 'node:crypto';
import type { DevopsPat, World } from '../core/world.ts';
import { guidOf } from './identifiers.ts';

const year = 365 * 24 * 3_600_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const random = (length: number) => Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');

/** Makes a token in the form of today's PATs: 84 characters with `AZDO` at 76. */
export function createPat(
  world: World,
  pat: Pick<DevopsPat, 'name' | 'organization' | 'memberId' | 'scopes'>,
): DevopsPat {
  const now = world.clock.now();
  const created = hidden({
    ...pat,
    organization: pat.organization.toLowerCase(),
    token: `${random(76)}AZDO${random(4)}`,
    authorizationId: guidOf(`${pat.organization}/${pat.memberId}/${pat.name}`),
    validFrom: now,
    validTo: now + year,
  });
  world.devops.pats ??= [];
  world.devops.pats.push(created);
  return created;
}

/** The seeded token of an organisation, for consumers that still use one. */
export function patFor(world: World, organization: string, name?: string): string {
  const pat = world.devops.pats?.find(
    (entry) => entry.organization === organization.toLowerCase() && (!name || entry.name === name),
  );
  if (!pat) throw new Error(`no personal access token is seeded for ${organization}`);
  return pat.token;
}

/** Not enumerable: a world that is printed or shown as JSON must not tell its secrets. */
function hidden(pat: DevopsPat): DevopsPat {
  return Object.defineProperty(pat, 'token', { enumerable: false });
}

/** With their secrets, for the file that a restart reads. */
export function keepPats(world: World): readonly DevopsPat[] {
  return (world.devops.pats ?? []).map((pat) => ({ ...pat, token: pat.token }));
}
export function restorePats(world: World, kept: readonly DevopsPat[]): void {
  world.devops.pats = kept.map(hidden);
}
