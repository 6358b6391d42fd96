import type { Host } from './context.ts';

/** One row of what `OPTIONS …/_apis` lists. `releasedVersion` 0.0: preview only. */
export interface Location {
  readonly id: string;
  readonly area: string;
  readonly resourceName: string;
  readonly routeTemplate: string;
  readonly resourceVersion: number;
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly releasedVersion: string;
}

/**
 * Ids and versions as Azure DevOps Services serves them; clients find their URLs by these ids. Columns: id, area, resource,
 * resource version, lowest and released version, route template.
 */
const rows = {
  connectionData: '00d9565f-ed9c-4a06-9a50-00e7896ccab4 Location ConnectionData 1 1.0 0.0 _apis/{resource}',
  resourceAreas: 'e81700f7-3be2-46de-8624-2eb35882fcaa Location ResourceAreas 1 3.2 0.0 _apis/{resource}/{areaId}',
  projects: '603fe2ac-9723-48b9-88ad-09305aa6c6e1 core projects 4 1.0 7.1 _apis/{resource}/{*projectId}',
  teams: 'd30a3dd1-f8ba-442a-b86a-bd0c0c383e59 core teams 3 1.0 7.1 _apis/projects/{projectId}/{resource}/{*teamId}',
  teamMembers:
    '294c494c-2600-4d7e-b76c-3dd50c3c95be core members 2 1.0 7.1 _apis/projects/{projectId}/teams/{teamId}/{resource}',
  repositories:
    '225f7195-f9c7-4d14-ab28-a83f7ff77e1f git repositories 1 1.0 7.1 {project}/_apis/{area}/{resource}/{repositoryId}',
  refs: '2d874a60-a811-4f62-9c9f-963a6ea0a55b git refs 2 1.0 7.1 {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{*filter}',
  pushes:
    'ea98d07b-3c87-4971-8ede-a613694ffb55 git pushes 3 1.0 7.1 {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pushId}',
  pullRequests:
    '9946fd70-0d40-406e-b686-b4744cbbcc37 git pullRequests 2 1.0 7.1 {project}/_apis/{area}/repositories/{repositoryId}/{resource}/{pullRequestId}',
  accessControlLists:
    '18a2ad18-7571-46ae-bec7-0c7da1495885 Security AccessControlLists 1 1.0 7.1 _apis/{resource}/{securityNamespaceId}',
  accessControlEntries:
    'ac08c8ff-4323-4b08-af90-bcd018d380ce Security AccessControlEntries 1 1.0 7.1 _apis/{resource}/{securityNamespaceId}',
  securityNamespaces:
    'ce7b9f95-fde9-4be8-a86d-83b366f0b87a Security SecurityNamespaces 1 1.0 7.1 _apis/{resource}/{securityNamespaceId}',
  permissions:
    'dd3b8bd6-c7fc-4cbd-929a-933d9c011c9d Security Permissions 2 1.0 7.1 _apis/{resource}/{securityNamespaceId}/{permissions}',
  permissionEvaluation:
    'cf1faa59-1b63-4448-bf04-13d981a46f5d Security PermissionEvaluationBatch 1 3.0 7.1 _apis/{area}/{resource}',
  roleAssignments:
    '9461c234-c84c-4ed2-b918-2f0f92ad0a35 securityroles roleassignments 1 2.2 0.0 _apis/{area}/scopes/{scopeId}/{resource}/resources/{resourceId}/{identityId}',
  roleDefinitions:
    'f4cc9a86-453c-48d2-b44d-d3bd5c105f4f securityroles roledefinitions 1 2.2 0.0 _apis/{area}/scopes/{scopeId}/{resource}',
  pools: 'a8c47e17-4d56-4a56-92bb-de7ea7dc65be distributedtask pools 1 1.0 7.1 _apis/{area}/{resource}/{poolId}',
  agents:
    'e298ef32-5878-4cab-993c-043836571f42 distributedtask agents 1 1.0 7.1 _apis/{area}/pools/{poolId}/{resource}/{agentId}',
  poolPermissions:
    '162778f3-4b48-48f3-9d58-436fb9c407bc distributedtask poolpermissions 1 1.0 7.1 _apis/{area}/pools/{poolId}/permissions/{permissions}',
  groups: 'ebbe6af8-0b91-4c13-8cf1-777c14858188 Graph Groups 1 3.2 0.0 _apis/{area}/{resource}/{groupDescriptor}',
  servicePrincipals:
    'e1dbb0ae-49cb-4532-95a1-86cd89cfcab4 Graph ServicePrincipals 1 7.1 0.0 _apis/{area}/{resource}/{servicePrincipalDescriptor}',
  users: '005e26ec-6b77-4e4f-a986-b3827bf241f5 Graph Users 1 3.2 0.0 _apis/{area}/{resource}/{userDescriptor}',
  memberships:
    '3fd2e6ca-fb30-443a-b579-95b19ed0934c Graph Memberships 1 3.2 0.0 _apis/{area}/{resource}/{subjectDescriptor}/{containerDescriptor}',
  membershipsBatch:
    'e34b6394-6b30-4435-94a9-409a5eef3e31 Graph MembershipsBatch 1 3.2 0.0 _apis/{area}/Memberships/{subjectDescriptor}',
  membershipStates:
    '1ffe5c94-1144-4191-907b-d0211cad36a8 Graph MembershipStates 1 3.2 0.0 _apis/{area}/{resource}/{subjectDescriptor}',
  descriptors: '048aee0a-7072-4cde-ab73-7af77b1e0b4e Graph Descriptors 1 3.1 7.1 _apis/{area}/{resource}/{storageKey}',
  storageKeys:
    'eb85f8cc-f0f6-4264-a5b1-ffe2e4d4801f Graph StorageKeys 1 3.2 7.1 _apis/{area}/{resource}/{subjectDescriptor}',
  subjectLookup: '4dd4d168-11f2-48c4-83e8-756fa0de027c Graph SubjectLookup 1 3.2 0.0 _apis/{area}/{resource}',
  subjectQuery: '05942c89-006a-48ce-bb79-baeb8abf99c6 Graph SubjectQuery 1 5.1 0.0 _apis/{area}/{resource}',
  identities: '28010c54-d0c0-4c89-a5b0-1c9e188b9fb7 IMS Identities 1 0.0 7.1 _apis/{resource}/{identityId}',
  profiles: 'f83735dc-483f-4238-a291-d45f6080a9af Profile Profiles 3 1.0 7.1 _apis/{area}/{resource}/{id}',
  servicePrincipalEntitlements:
    'f03dbf50-80f8-41b7-8ca2-65b6a178caba MemberEntitlementManagement ServicePrincipalEntitlements 1 7.1 0.0 _apis/{resource}',
  servicePrincipalEntitlement:
    '1d491a66-190b-43ae-86b8-9c2688c55186 MemberEntitlementManagement ServicePrincipalEntitlements 1 7.1 0.0 _apis/{resource}/{servicePrincipalId}',
  userEntitlements:
    '387f832c-dbf2-4643-88e9-c1aa94dbb737 MemberEntitlementManagement UserEntitlements 5 4.1 7.1 _apis/{resource}/{userDescriptor}',
  memberEntitlements:
    '1e8cabfb-1fda-461e-860f-eeeae54d06bb MemberEntitlementManagement MemberEntitlements 3 3.1 0.0 _apis/{resource}/{memberId}',
} as const;
export type LocationName = keyof typeof rows;

function parse(row: string): Location {
  const [
    id = '',
    area = '',
    resourceName = '',
    resourceVersion,
    minVersion = '',
    releasedVersion = '',
    routeTemplate = '',
  ] = row.split(' ');
  return {
    id,
    area,
    resourceName,
    routeTemplate,
    resourceVersion: Number(resourceVersion),
    minVersion,
    maxVersion: '7.2',
    releasedVersion,
  };
}
export const locations = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [name, parse(row)]),
) as unknown as Readonly<Record<LocationName, Location>>;

const everywhere = ['Location', 'Security'];
const areasOf: Record<Host, readonly string[]> = {
  core: [...everywhere, 'core', 'git', 'securityroles', 'distributedtask'],
  graph: [...everywhere, 'Graph', 'IMS', 'Profile'],
  entitlements: [...everywhere, 'MemberEntitlementManagement'],
  deployment: ['Profile'],
  audit: [],
};

/** The table of a host, or the part of an area. */
export function locationsOf(host: Host, area?: string): readonly Location[] {
  return Object.values(locations).filter(
    (location) =>
      areasOf[host].includes(location.area) && (!area || location.area.toLowerCase() === area.toLowerCase()),
  );
}

/** Areas with their host, as `ResourceAreas` lists them. */
export const resourceAreas: readonly { readonly id: string; readonly name: string; readonly host: Host }[] = [
  { id: '79134c72-4a58-4b42-976c-04e7115f32bf', name: 'core', host: 'core' },
  { id: '4e080c62-fa21-4fbc-8fef-2a10a2b38049', name: 'git', host: 'core' },
  { id: 'a85b8835-c1a1-4aac-ae97-1c3d0ba72dbd', name: 'distributedtask', host: 'core' },
  { id: '1814ab31-2f4f-4a9f-8761-f4d77dc5a5d7', name: 'serviceendpoint', host: 'core' },
  { id: '4e40f190-2e3f-4d9f-8331-c7788e833080', name: 'GraphProfile', host: 'core' },
  { id: 'f3e9b8f5-7c1f-46e4-819b-e8a44ab105b8', name: 'PermissionsReport', host: 'core' },
  { id: 'bb1e7ec9-e901-4b68-999a-de7012b920f8', name: 'Graph', host: 'graph' },
  { id: '8a3d49b8-91f0-46ef-b33d-dda338c25db3', name: 'IMS', host: 'graph' },
  { id: 'fc3682be-3d6c-427a-87c8-e527b16a1d05', name: 'Identity', host: 'graph' },
  { id: '0d55247a-1c47-4462-9b1f-5e2125590ee6', name: 'Account', host: 'graph' },
  { id: '55967393-20ef-45c6-a96c-b5d5d5986a9a', name: 'Tokens', host: 'graph' },
  { id: 'af68438b-ed04-4407-9eb6-f1dbae3f922e', name: 'TokenAdmin', host: 'graph' },
  { id: '68ddce18-2501-45f1-a17b-7931a9922690', name: 'MemberEntitlementManagement', host: 'entitlements' },
  { id: '94ff054d-5ee1-413d-9341-3f4a7827de2e', name: 'audit', host: 'audit' },
];
