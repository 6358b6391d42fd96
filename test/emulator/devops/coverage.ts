/** One route of the emulator: what of it is modelled, and where it is tested. A test holds the table equal to the routes. */
export interface Coverage {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly status: 'supported' | 'partial';
  readonly testedBy: string;
  readonly notes: string;
}

/** method | path | operation | status | tested by | notes */
const table = `
HEAD | /:organization | organization.probe | partial | credentials.test.ts | The headers of an unauthenticated answer are not recorded; status is 302 or 401.
HEAD | /:organization/_apis/connectionData | connectionData.probe | partial | credentials.test.ts | As above.
GET | /:organization/_apis/connectionData | connectionData.get | supported | projects.test.ts, credentials.test.ts | Members as recorded, in their order.
OPTIONS | /:organization/_apis | locations.list | partial | projects.test.ts, credentials.test.ts | The rows of what is modelled, with the recorded ids; the real table has hundreds.
OPTIONS | /:organization/_apis/:area | locations.listArea | partial | projects.test.ts, credentials.test.ts | The rows of one area.
GET | /:organization/_apis/ResourceAreas | resourceAreas.list | partial | projects.test.ts, credentials.test.ts | Fourteen areas with their recorded ids.
GET | /:organization/_apis/ResourceAreas/:area | resourceAreas.get | supported | projects.test.ts, credentials.test.ts | Null for an unknown id.
GET | /_apis/profile/profiles/:id | profile.get | partial | projects.test.ts | The own profile only.
GET | /_apis/accounts | accounts.list | partial | projects.test.ts | By memberId; ownerId lists nothing.
GET | /:organization/_apis/projects | projects.list | partial | projects.test.ts | $top, $skip and continuationToken; no stateFilter: every project is well-formed.
GET | /:organization/_apis/projects/:project | projects.get | supported | projects.test.ts | With includeCapabilities.
GET | /:organization/_apis/projects/:project/teams | teams.list | supported | projects.test.ts | With $expandIdentity.
POST | /:organization/_apis/projects/:project/teams | teams.create | partial | projects.test.ts | The answer to a name that is taken is not recorded.
GET | /:organization/_apis/projects/:project/teams/:team | teams.get | supported | projects.test.ts
GET | /:organization/_apis/projects/:project/teams/:team/members | teamMembers.list | partial | projects.test.ts | No team administrators.
GET | /:organization/_apis/git/repositories | repositories.listAll | supported | projects.test.ts | Readable repositories of all visible projects.
GET | /:organization/_apis/git/repositories/:repository | repositories.getById | supported | projects.test.ts | By id, without a project.
GET | /:organization/:project/_apis/git/repositories | repositories.list | supported | projects.test.ts
GET | /:organization/:project/_apis/git/repositories/:repository | repositories.get | supported | projects.test.ts | By name or id.
GET | /:organization/:project/_apis/git/repositories/:repository/refs | refs.list | partial | projects.test.ts | filter and $top; no pages. creator is the first user of the organisation.
GET | /:organization/:project/_apis/git/repositories/:repository/refs/*filter | refs.listFiltered | partial | projects.test.ts | The filter as a path.
POST | /:organization/:project/_apis/git/repositories/:repository/pushes | pushes.create | partial | projects.test.ts | Always 501.
POST | /:organization/:project/_apis/git/repositories/:repository/pullRequests | pullRequests.create | partial | projects.test.ts | Always 501.
GET | /:organization/_apis/securitynamespaces | securityNamespaces.list | partial | security.test.ts | Eight of about sixty.
GET | /:organization/_apis/securitynamespaces/:namespace | securityNamespaces.get | partial | security.test.ts | The same eight.
GET | /:organization/_apis/accesscontrollists/:namespace | accessControlLists.list | partial | security.test.ts | token, descriptors, includeExtendedInfo, recurse. Inheritance below repoV2 only.
POST | /:organization/_apis/accesscontrolentries/:namespace | accessControlEntries.set | supported | security.test.ts | merge, and stale reads after it.
DELETE | /:organization/_apis/accesscontrolentries/:namespace | accessControlEntries.remove | supported | security.test.ts
GET | /:organization/_apis/permissions/:namespace/:bits | permissions.evaluate | partial | security.test.ts | Rules for Git, Project, Collection, Identity and DistributedTask; administrators only elsewhere.
DELETE | /:organization/_apis/permissions/:namespace/:bits | permissions.remove | supported | security.test.ts
POST | /:organization/_apis/security/permissionevaluationbatch | permissions.evaluateBatch | partial | security.test.ts | As permissions.evaluate.
GET | /:organization/_apis/distributedtask/pools | pools.list | partial | security.test.ts | poolName and actionFilter.
GET | /:organization/_apis/distributedtask/pools/:pool | pools.get | supported | security.test.ts
GET | /:organization/_apis/distributedtask/pools/:pool/agents | agents.list | partial | security.test.ts | agentName; no capabilities, no requests.
GET | /:organization/_apis/distributedtask/pools/:pool/permissions/:bits | poolPermissions.evaluate | supported | security.test.ts
GET | /:organization/_apis/securityroles/scopes/:scope/roleassignments/resources/:pool | roleAssignments.list | partial | security.test.ts | Scope distributedtask.agentpoolrole only.
PUT | /:organization/_apis/securityroles/scopes/:scope/roleassignments/resources/:pool | roleAssignments.set | partial | security.test.ts | Scope distributedtask.agentpoolrole only. Unknown ids: count 0.
GET | /:organization/_apis/securityroles/scopes/:scope/roledefinitions | roleDefinitions.list | partial | security.test.ts | The body is not recorded for this scope.
GET | /:organization/_apis/graph/groups | graphGroups.list | partial | graph.test.ts | scopeDescriptor; one page.
GET | /:organization/_apis/graph/groups/:descriptor | graphGroups.get | supported | graph.test.ts
GET | /:organization/_apis/graph/serviceprincipals | graphServicePrincipals.list | supported | entitlements.test.ts, graph.test.ts | The first page is empty and carries a token.
POST | /:organization/_apis/graph/serviceprincipals | graphServicePrincipals.create | partial | entitlements.test.ts, graph.test.ts | Service principals of managed identities only.
GET | /:organization/_apis/graph/serviceprincipals/:descriptor | graphServicePrincipals.get | supported | entitlements.test.ts, graph.test.ts
GET | /:organization/_apis/graph/users | graphUsers.list | supported | graph.test.ts | Pages as service principals.
GET | /:organization/_apis/graph/users/:descriptor | graphUsers.get | supported | graph.test.ts
PUT | /:organization/_apis/graph/memberships/:subject/:container | memberships.add | supported | graph.test.ts | 201 also when the membership exists.
HEAD | /:organization/_apis/graph/memberships/:subject/:container | memberships.check | supported | graph.test.ts | Direct edges.
GET | /:organization/_apis/graph/memberships/:subject/:container | memberships.get | supported | graph.test.ts
DELETE | /:organization/_apis/graph/memberships/:subject/:container | memberships.remove | supported | graph.test.ts | 200 and no body.
GET | /:organization/_apis/graph/memberships/:subject | memberships.list | supported | graph.test.ts | direction up and down; direct edges.
POST | /:organization/_apis/graph/subjectlookup | subjects.lookup | supported | graph.test.ts
POST | /:organization/_apis/graph/subjectquery | subjects.query | partial | graph.test.ts | Prefix of a name.
GET | /:organization/_apis/graph/descriptors/:key | descriptors.get | supported | graph.test.ts
GET | /:organization/_apis/graph/storagekeys/:descriptor | storageKeys.get | supported | graph.test.ts
GET | /:organization/_apis/graph/membershipstates/:descriptor | membershipStates.get | partial | graph.test.ts | Always active.
GET | /:organization/_apis/identities | identities.list | partial | graph.test.ts | subjectDescriptors, identityIds, descriptors, searchFilter by exact name; queryMembership is not read.
POST | /:organization/_apis/serviceprincipalentitlements | servicePrincipalEntitlements.create | partial | entitlements.test.ts | What the service answers for a member that exists is not recorded: here it sets the licence.
GET | /:organization/_apis/serviceprincipalentitlements/:id | servicePrincipalEntitlements.get | supported | entitlements.test.ts
PATCH | /:organization/_apis/serviceprincipalentitlements/:id | servicePrincipalEntitlements.update | partial | entitlements.test.ts | /accessLevel and /projectEntitlements/{id}.
DELETE | /:organization/_apis/serviceprincipalentitlements/:id | servicePrincipalEntitlements.remove | partial | entitlements.test.ts | 204 as recorded for users; the specification says 200.
GET | /:organization/_apis/userentitlements | userEntitlements.list | partial | entitlements.test.ts | $filter of the form name eq '…' only.
GET | /:organization/_apis/memberentitlements | memberEntitlements.list | partial | entitlements.test.ts | $filter of the form name eq '…' only.
GET | /:organization/:project/_git/:repository/info/refs | git.advertise | supported | git.test.ts | Version 0, capabilities of Azure Repos.
POST | /:organization/:project/_git/:repository/git-upload-pack | git.uploadPack | partial | git.test.ts | No progress lines of Azure Repos.
POST | /:organization/:project/_git/:repository/git-receive-pack | git.receivePack | partial | git.test.ts | No branch policies, no progress lines of Azure Repos.
GET | /:organization/_git/:repository/info/refs | git.advertiseOfSameName | supported | git.test.ts | Without the project, for a repository of its name.
POST | /:organization/_git/:repository/git-upload-pack | git.uploadPackOfSameName | partial | git.test.ts | Without the project, for a repository of its name.
POST | /:organization/_git/:repository/git-receive-pack | git.receivePackOfSameName | partial | git.test.ts | Without the project, for a repository of its name.
`;

export const devopsCoverage: readonly Coverage[] = table
  .trim()
  .split('\n')
  .map((row) => {
    const [method = '', path = '', operation = '', status, testedBy = '', notes = ''] = row.split(' | ');
    return { method, path, operation, status: status === 'supported' ? 'supported' : 'partial', testedBy, notes };
  });
