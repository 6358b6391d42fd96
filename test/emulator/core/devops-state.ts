export interface DevopsState {
  /** Lower-case name → organisation. */
  readonly organizations: Map<string, DevopsOrganization>;
  /** Personal access tokens, made at start: never a constant, never logged. */
  pats?: DevopsPat[];
}
export interface DevopsPat {
  readonly token: string;
  readonly name: string;
  /** Lower-case name. */
  readonly organization: string;
  /** Storage key of the owner. */
  readonly memberId: string;
  /** For example `vso.code`; `app_token` is everything. */
  readonly scopes: readonly string[];
  readonly authorizationId: string;
  readonly validFrom: number;
  validTo: number;
  revoked?: boolean;
}
export interface DevopsOrganization {
  readonly id: string;
  readonly name: string;
  /** Undefined: backed by Microsoft accounts, not by Entra. */
  readonly tenantId?: string;
  readonly collectionScope: string;
  readonly members: DevopsMember[];
  readonly groups: DevopsGroup[];
  readonly projects: DevopsProject[];
  readonly pools: {
    id: number;
    name: string;
    scopeRoles: Map<string, string>;
    agents: { id: number; name: string; version: string; status: 'online' | 'offline'; enabled: boolean }[];
  }[];
  /** `{namespaceId}|{token}` → identity descriptor → bits. */
  readonly acls: Map<string, Map<string, { allow: number; deny: number }>>;
  basicSeats: number;
}
export interface DevopsMember {
  /** Storage key: GUID with version nibble 6. */
  readonly id: string;
  /** `aad.` or `aadsp.` subject descriptor. */
  readonly descriptor: string;
  /** Object id in Entra. */
  readonly originId: string;
  readonly kind: 'user' | 'servicePrincipal';
  readonly displayName: string;
  readonly principalName: string;
  license: 'express' | 'stakeholder' | 'none';
  readonly addedAt: number;
}
export interface DevopsGroup {
  readonly descriptor: string;
  readonly id: string;
  readonly name: string;
  readonly projectId?: string;
  /** Well-known role of the group, which decides its baseline rights. */
  readonly role:
    | 'collection-administrators'
    | 'collection-users'
    | 'project-administrators'
    | 'project-valid-users'
    | 'contributors'
    | 'readers'
    | 'build-administrators'
    | 'team'
    | 'custom';
  readonly members: Map<string, { since: number }>;
}
export interface DevopsProject {
  readonly id: string;
  readonly name: string;
  readonly scopeDescriptor: string;
  readonly repositories: DevopsRepository[];
}
export interface DevopsRepository {
  readonly id: string;
  readonly name: string;
  /** Bare repository on disk, served by `git http-backend`. */
  readonly path: string;
}
