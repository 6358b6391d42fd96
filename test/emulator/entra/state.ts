import type { Tenant, World } from '../core/world.ts';
import type { Keys } from './keys.ts';

export interface AuthorizationCode {
  readonly clientId: string;
  readonly tenantId: string;
  readonly oid: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly nonce?: string;
  readonly challenge?: string;
  readonly issuedAt: number;
  redeemed: boolean;
}

/** What Entra remembers beside the directory. */
export interface EntraState {
  readonly keys: Keys;
  readonly codes: Map<string, AuthorizationCode>;
  /** By user: the claims that the next silent request is refused with, until an interactive sign-in answers them (50076). */
  readonly stepUps: Map<string, string>;
  /** By user: refresh tokens issued up to this time are dead (700082). */
  readonly refreshDeadline: Map<string, number>;
  /** By credential: the values that every node has already seen. */
  readonly propagated: Map<string, { issuer: string; subject?: string; audiences: string[] }>;
  /** By credential: how many requests came while only some nodes knew it. */
  readonly coinFlips: Map<string, number>;
}

const states = new WeakMap<World, EntraState>();

export function initialiseState(world: World, keys: Keys): EntraState {
  const state: EntraState = {
    keys,
    codes: new Map(),
    stepUps: new Map(),
    refreshDeadline: new Map(),
    propagated: new Map(),
    coinFlips: new Map(),
  };
  states.set(world, state);
  return state;
}

export function entraState(world: World): EntraState {
  const state = states.get(world);
  if (!state) throw new Error('this world has no Entra');
  return state;
}

export type KeptEntra = Omit<EntraState, 'keys'>;
/** All but the signing key, which has a file of its own. */
export function keepEntra(world: World): KeptEntra {
  const { keys: _, ...kept } = entraState(world);
  return kept;
}
export function restoreEntra(world: World, kept: KeptEntra): void {
  states.set(world, { ...kept, keys: entraState(world).keys });
}

export const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const sharedTenants = ['common', 'organizations', 'consumers'];

export function findTenant(world: World, name: string): Tenant | undefined {
  const wanted = name.toLowerCase();
  return world.directory.tenants.find(
    ({ id, domain }) => id.toLowerCase() === wanted || domain.toLowerCase() === wanted,
  );
}

/** Base URL of the authority as its clients reach it. */
export const authorityUrl = (world: World) => world.url('login.microsoftonline.com');

/** Issuer of v2.0 tokens: Microsoft's own, however the authority is reached. */
export const issuerOf = (tenantId: string) => `https://login.microsoftonline.com/${tenantId}/v2.0`;
