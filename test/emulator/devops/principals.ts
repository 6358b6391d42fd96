import type { AzureIdentity, DevopsMember, DevopsOrganization, World } from '../core/world.ts';
import { memoryOf } from './state.ts';

/** What Azure DevOps knows of an Entra object id. A new managed identity takes its time to get there. */
export type Candidate =
  | { readonly state: 'known'; readonly identity: AzureIdentity }
  | { readonly state: 'replicating' }
  | { readonly state: 'foreign' }
  | { readonly state: 'unknown' };

export function candidate(world: World, organization: DevopsOrganization, originId: string): Candidate {
  const identity = [...world.azure.identities.values()].find(
    ({ principalId }) => principalId.toLowerCase() === originId.toLowerCase(),
  );
  if (!identity) return { state: 'unknown' };
  if (identity.tenantId !== organization.tenantId) return { state: 'foreign' };
  if (identity.createdAt + world.timing.principalReplicationMs > world.clock.now()) return { state: 'replicating' };
  return { state: 'known', identity };
}

/** Takes a member out of the organisation: groups, access control lists, roles on pools. */
export function removeMember(organization: DevopsOrganization, member: DevopsMember, descriptor: string): void {
  organization.members.splice(organization.members.indexOf(member), 1);
  for (const group of organization.groups) group.members.delete(member.descriptor);
  for (const entries of organization.acls.values()) entries.delete(descriptor);
  for (const pool of organization.pools) pool.scopeRoles.delete(member.id);
  memoryOf(organization).accesses.delete(member.id);
}

/** Seats of the Basic licence that are taken. */
export const seatsTaken = (organization: DevopsOrganization) =>
  organization.members.filter(({ license }) => license === 'express').length;
