import type { DevopsGroup, DevopsMember, DevopsOrganization, World } from '../core/world.ts';

/** What Azure DevOps remembers beside the world's own state: it hangs on the organisation, so a reset forgets it. */
export interface Memory {
  /** Storage key → last access. */
  readonly accesses: Map<string, number>;
  /** Memberships taken away, which reads may still show for a moment. */
  readonly removed: Map<DevopsGroup, Map<string, { since: number; at: number }>>;
  /** `{namespaceId}|{token}` → what reads may still show of it for a moment. */
  readonly staleAcls: Map<string, { at: number; entries: ReadonlyMap<string, { allow: number; deny: number }> }>;
  /** Group id → description. */
  readonly descriptions: Map<string, string>;
}

const memories = new WeakMap<DevopsOrganization, Memory>();
export function memoryOf(organization: DevopsOrganization): Memory {
  let memory = memories.get(organization);
  if (!memory) {
    memory = { accesses: new Map(), removed: new Map(), staleAcls: new Map(), descriptions: new Map() };
    memories.set(organization, memory);
  }
  return memory;
}

export function noteAccess(organization: DevopsOrganization, member: DevopsMember, at: number): void {
  memoryOf(organization).accesses.set(member.id, at);
}

/** By lower-case name of the organisation. Groups are keys here: to be written and read together with the organisations. */
export function keepMemories(world: World): ReadonlyMap<string, Memory> {
  return new Map([...world.devops.organizations].map(([name, organization]) => [name, memoryOf(organization)]));
}
export function restoreMemories(world: World, kept: ReadonlyMap<string, Memory>): void {
  for (const [name, memory] of kept) {
    const organization = world.devops.organizations.get(name);
    if (organization) memories.set(organization, memory);
  }
}
