import type { DevopsGroup, DevopsMember, DevopsOrganization } from '../core/world.ts';
import type { Context } from './context.ts';
import { identityDescriptor } from './identifiers.ts';
import { memoryOf } from './state.ts';

type Json = Record<string, unknown>;
const link = (href: string) => ({ href });
const string = (value: string) => ({ $type: 'System.String', $value: value });

/** Users, Groups, ServicePrincipals or Scopes: the collection below `_apis/Graph` in which a subject lives. */
export function graphCollection(descriptor: string): string {
  if (descriptor.startsWith('vssgp.')) return 'Groups';
  if (descriptor.startsWith('scp.')) return 'Scopes';
  return descriptor.startsWith('aadsp.') ? 'ServicePrincipals' : 'Users';
}
export const graphUrl = (context: Pick<Context, 'url'>, collection: string, ...path: readonly string[]) =>
  `${context.url('graph')}/_apis/Graph/${[collection, ...path].join('/')}`;

function links(context: Context, descriptor: string, avatar: boolean): Json {
  return {
    self: link(graphUrl(context, graphCollection(descriptor), descriptor)),
    memberships: link(graphUrl(context, 'Memberships', descriptor)),
    membershipState: link(graphUrl(context, 'MembershipStates', descriptor)),
    storageKey: link(graphUrl(context, 'StorageKeys', descriptor)),
    ...(avatar ? { avatar: link(avatarUrl(context, descriptor)) } : {}),
  };
}
const avatarUrl = (context: Context, descriptor: string) =>
  `${context.url('core')}/_apis/GraphProfile/MemberAvatars/${descriptor}`;

export function description(organization: DevopsOrganization, group: DevopsGroup): string {
  const known = memoryOf(organization).descriptions.get(group.id);
  if (known !== undefined) return known;
  const texts: Partial<Record<DevopsGroup['role'], string>> = {
    team: 'The default project team.',
    readers: 'Members of this group have access to the team project.',
    contributors: 'Members of this group can add, modify, and delete items within the team project.',
    'project-administrators': 'Members of this group can perform all operations in the team project.',
    'project-valid-users': 'Members of this group have access to the team project.',
    'build-administrators':
      'Members of this group can create, modify and delete build definitions and manage queued and completed builds.',
    'collection-administrators': 'Members of this application group can perform all privileged operations.',
    'collection-users': 'This application group contains all users and groups that have access to the collection.',
  };
  return texts[group.role] ?? '';
}

/** `[Project]\Name` or `[organisation]\Name`. */
export function groupPrincipalName(organization: DevopsOrganization, group: DevopsGroup): string {
  const project = organization.projects.find(({ id }) => id === group.projectId);
  return `[${project?.name ?? organization.name}]\\${group.name}`;
}

export function graphGroup(context: Context, group: DevopsGroup): Json {
  const { organization } = context;
  return {
    subjectKind: 'group',
    description: description(organization, group),
    domain: group.projectId
      ? `vstfs:///Classification/TeamProject/${group.projectId}`
      : `vstfs:///Framework/IdentityDomain/${organization.id}`,
    principalName: groupPrincipalName(organization, group),
    mailAddress: null,
    origin: 'vsts',
    originId: group.id,
    displayName: group.name,
    _links: links(context, group.descriptor, false),
    url: graphUrl(context, 'Groups', group.descriptor),
    descriptor: group.descriptor,
  };
}

/** A user or a service principal. `metaType` appears in entitlements, not in Graph's answer for service principals. */
export function graphMember(context: Context, member: DevopsMember, metaType?: string): Json {
  const { organization, world } = context;
  const identity = [...world.azure.identities.values()].find(({ principalId }) => principalId === member.originId);
  const isUser = member.kind === 'user';
  return {
    subjectKind: member.kind,
    ...(isUser ? {} : { applicationId: identity?.clientId ?? member.originId }),
    ...(metaType ? { metaType } : {}),
    directoryAlias: isUser ? member.principalName.split('@')[0] : member.originId,
    domain: organization.tenantId ?? 'Windows Live ID',
    principalName: member.principalName,
    mailAddress: isUser ? member.principalName : null,
    origin: organization.tenantId ? 'aad' : 'msa',
    originId: member.originId,
    displayName: member.displayName,
    // The identity is gone from Entra; Azure DevOps keeps the member.
    ...(isUser || identity ? {} : { isDeletedInOrigin: true }),
    _links: links(context, member.descriptor, true),
    url: graphUrl(context, graphCollection(member.descriptor), member.descriptor),
    descriptor: member.descriptor,
  };
}

/** The short form in `createdBy`, team members and the like. */
export function identityRef(context: Context, member: DevopsMember): Json {
  return {
    displayName: member.displayName,
    url: `${context.url('graph')}/_apis/Identities/${member.id}`,
    _links: { avatar: link(avatarUrl(context, member.descriptor)) },
    id: member.id,
    uniqueName: member.principalName,
    imageUrl: avatarUrl(context, member.descriptor),
    descriptor: member.descriptor,
  };
}

export function imsMember(context: Context, member: DevopsMember): Json {
  const { organization } = context;
  const tenantId = organization.tenantId ?? '';
  return {
    id: member.id,
    descriptor: identityDescriptor(member, tenantId),
    subjectDescriptor: member.descriptor,
    providerDisplayName: member.displayName,
    isActive: true,
    members: [],
    memberOf: [],
    memberIds: [],
    properties: {
      SchemaClassName: string('User'),
      Description: string(''),
      Domain: string(tenantId),
      Account: string(member.principalName),
      DN: string(''),
      Mail: string(member.kind === 'user' ? member.principalName : ''),
      SpecialType: string('Generic'),
      PUID: string('aad:'),
      ComplianceValidated: { $type: 'System.DateTime', $value: '2026-04-01T00:00:00Z' },
      'http://schemas.microsoft.com/identity/claims/objectidentifier': string(member.originId),
      DirectoryAlias: string(member.kind === 'user' ? (member.principalName.split('@')[0] ?? '') : member.originId),
    },
    resourceVersion: 2,
    metaTypeId: 255,
  };
}

export function imsGroup(context: Context, group: DevopsGroup): Json {
  const { organization } = context;
  const project = organization.projects.find(({ id }) => id === group.projectId);
  return {
    id: group.id,
    descriptor: identityDescriptor(group, ''),
    subjectDescriptor: group.descriptor,
    providerDisplayName: groupPrincipalName(organization, group),
    isActive: true,
    isContainer: true,
    members: [],
    memberOf: [],
    masterId: group.id,
    properties: {
      ...(group.role === 'team' ? { 'Microsoft.TeamFoundation.Team': { $type: 'System.Boolean', $value: true } } : {}),
      SchemaClassName: string('Group'),
      Description: string(description(organization, group)),
      Domain: string(`vstfs:///Classification/TeamProject/${group.projectId ?? ''}`),
      Account: string(group.name),
      SecurityGroup: string('SecurityGroup'),
      SpecialType: string('Generic'),
      ScopeType: string(project ? 'TeamProject' : 'ServiceHost'),
      LocalScopeId: string(group.projectId ?? organization.id),
      ScopeName: string(project?.name ?? organization.name),
      VirtualPlugin: string(''),
    },
    resourceVersion: 2,
    metaTypeId: 255,
  };
}
