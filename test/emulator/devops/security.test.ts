import { getBearerHandler, WebApi } from 'azure-devops-node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import type { DevopsMember, DevopsProject } from '../core/world.ts';
import { contosoTenantId } from '../world/directory.ts';
import { namespaces } from './access-control.ts';
import { hosts } from './context.ts';
import { addMember } from './model.ts';
import {
  ask,
  createIdentity,
  organizationOf,
  startDevops,
  tokenOf,
  tokenOfIdentity,
  valuesOf,
} from './testing/devops-world.ts';

let emulator: Emulator;
let member: DevopsMember;
let project: DevopsProject;
let repositoryToken: string;
let descriptor: string;
let identityToken: string;
beforeEach(async () => {
  emulator = await startDevops();
  const organization = organizationOf(emulator.world, 'contoso-eng');
  const identity = createIdentity(emulator.world);
  member = addMember(organization, {
    kind: 'servicePrincipal',
    originId: identity.principalId,
    displayName: identity.name,
    principalName: identity.principalId,
    license: 'express',
    addedAt: 0,
  });
  identityToken = await tokenOfIdentity(emulator.world, identity);
  const checkout = organization.projects[0];
  if (!checkout) throw new Error('not seeded');
  project = checkout;
  repositoryToken = `repoV2/${project.id}/${project.repositories[0]?.id}`;
  descriptor = `Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;${contosoTenantId}\\${identity.principalId}`;
});
afterEach(() => emulator.stop());

async function api(path: string, options: { method?: string; body?: unknown; person?: 'operator' | 'lead' } = {}) {
  const token = await tokenOf(emulator.world, options.person ?? 'operator');
  return ask(emulator.world, 'core', `/contoso-eng/_apis/${path}`, { token, ...options });
}
const write = (allow: number, deny = 0, merge = true, person: 'operator' | 'lead' = 'operator') =>
  api(`AccessControlEntries/${namespaces.git}?api-version=7.1`, {
    method: 'POST',
    person,
    body: { token: repositoryToken, merge, accessControlEntries: [{ descriptor, allow, deny }] },
  });
async function read(): Promise<Record<string, unknown> | undefined> {
  const query = new URLSearchParams({ token: repositoryToken, descriptors: descriptor, includeExtendedInfo: 'true' });
  const reply = await api(`AccessControlLists/${namespaces.git}?${query}`);
  const [list] = valuesOf<{ acesDictionary: Record<string, Record<string, unknown>> }>(reply);
  return list?.acesDictionary[descriptor];
}

test('an entry is made up where there is none, merged bit by bit, replaced without merge', async () => {
  expect(await read()).toEqual({ descriptor, allow: 0, deny: 0, extendedInfo: {} });
  const written = await write(16406);
  expect(written.body).toEqual({ count: 1, value: [{ descriptor, allow: 16406, deny: 0 }] });
  expect(await read()).toEqual({ descriptor, allow: 16406, deny: 0, extendedInfo: { effectiveAllow: 16406 } });
  expect(valuesOf(await write(0, 4))).toEqual([{ descriptor, allow: 16402, deny: 4 }]);
  expect(await read()).toMatchObject({ extendedInfo: { effectiveAllow: 16402, effectiveDeny: 4 } });
  expect(valuesOf(await write(2, 0, false))).toEqual([{ descriptor, allow: 2, deny: 0 }]);
  const query = new URLSearchParams({ token: repositoryToken, descriptor });
  const cleared = await api(`Permissions/${namespaces.git}/2?${query}`, { method: 'DELETE' });
  expect(cleared.body).toEqual({ descriptor, allow: 0, deny: 0 });
  const removal = new URLSearchParams({ token: repositoryToken, descriptors: descriptor });
  const removed = await api(`AccessControlEntries/${namespaces.git}?${removal}`, { method: 'DELETE' });
  expect(removed.text).toBe('true');
  expect(emulator.world.ledger.entries().map(({ operation }) => operation)).toEqual([
    'accessControlEntries.set',
    'accessControlEntries.set',
    'accessControlEntries.set',
    'permissions.remove',
    'accessControlEntries.remove',
  ]);
});

test('a read right after a write is stale', async () => {
  emulator.world.timing.devopsConsistencyMs = 10_000;
  await write(2);
  expect(await read()).toMatchObject({ allow: 0 });
  emulator.world.clock.advance(10_000);
  expect(await read()).toMatchObject({ allow: 2 });
});

test('who may not manage permissions is refused, and unknown identities are not written', async () => {
  const refused = await write(2, 0, true, 'lead');
  expect([refused.status, refused.body.typeKey]).toEqual([403, 'AccessCheckException']);
  descriptor = `${descriptor}0`;
  expect((await write(2)).status).toBe(404);
  expect(emulator.world.ledger.entries()).toEqual([]);
});

test('groups give their baseline and entries add to it; the caller asks for itself', async () => {
  const { world } = emulator;
  const organization = organizationOf(world, 'contoso-eng');
  const own = async (bits: number) => {
    const path = `/contoso-eng/_apis/permissions/${namespaces.git}/${bits}?tokens=${encodeURIComponent(repositoryToken)}`;
    return valuesOf<boolean>(await ask(world, 'core', path, { token: identityToken }))[0];
  };
  expect(await own(2)).toBe(false);
  const readers = organization.groups.find(({ role, projectId }) => role === 'readers' && projectId === project.id);
  readers?.members.set(member.descriptor, { since: 0 });
  expect([await own(2), await own(4)]).toEqual([true, false]);
  expect(await read()).toMatchObject({ allow: 0, extendedInfo: { effectiveAllow: 2, inheritedAllow: 2 } });
  await write(4);
  expect([await own(4), await own(6), await own(22)]).toEqual([true, true, false]);
  await write(0, 2);
  expect(await own(2)).toBe(false);
  member.license = 'stakeholder';
  expect(await own(4)).toBe(false);
});

test('rights of the caller on organisation, project and groups', async () => {
  const { world } = emulator;
  const evaluations = [
    { securityNamespaceId: namespaces.collection, token: 'NAMESPACE', permissions: 2 },
    { securityNamespaceId: namespaces.identity, token: project.id, permissions: 8 },
    {
      securityNamespaceId: namespaces.project,
      token: `$PROJECT:vstfs:///Classification/TeamProject/${project.id}`,
      permissions: 1,
    },
  ];
  const evaluate = async (organization: string, person: 'operator' | 'auditor' | 'lead') => {
    const token = await tokenOf(world, person);
    const path = `/${organization}/_apis/security/permissionevaluationbatch`;
    const body = { alwaysAllowAdministrators: false, evaluations };
    const reply = await ask(world, 'core', path, { token, method: 'POST', body });
    return (reply.body.evaluations as { value: boolean }[]).map(({ value }) => value);
  };
  expect(await evaluate('contoso-eng', 'operator')).toEqual([true, true, true]);
  expect(await evaluate('contoso-eng', 'auditor')).toEqual([false, false, true]);
  expect(await evaluate('contoso-eng', 'lead')).toEqual([false, false, false]);
  const platform = organizationOf(world, 'contoso-platform').projects[0];
  const token = await tokenOf(world, 'operator');
  const asking = async (namespace: string, bits: number, on: string) =>
    valuesOf<boolean>(
      await ask(world, 'graph', `/contoso-platform/_apis/permissions/${namespace}/${bits}?tokens=${on}`, { token }),
    )[0];
  expect(await asking(namespaces.collection, 2, 'NAMESPACE')).toBe(false);
  expect(await asking(namespaces.identity, 8, platform?.id ?? '')).toBe(true);
});

test('namespaces list their actions', async () => {
  const listed = valuesOf<{ name: string; actions: { bit: number; name: string }[] }>(await api('SecurityNamespaces'));
  const git = listed.find(({ name }) => name === 'Git Repositories');
  expect(git?.actions[1]).toMatchObject({
    bit: 2,
    name: 'GenericRead',
    displayName: 'Read',
    namespaceId: namespaces.git,
  });
  expect((await api(`SecurityNamespaces/${namespaces.git}`)).body.count).toBe(1);
  expect((await api('SecurityNamespaces/00000000-0000-0000-0000-000000000000')).status).toBe(404);
});

test('pools show themselves by role; an id that is no storage key is dropped without a word', async () => {
  const { world } = emulator;
  const pools = '/contoso-eng/_apis/distributedtask/pools?poolName=aks-linux';
  expect((await ask(world, 'core', pools, { token: identityToken })).body).toEqual({ count: 0, value: [] });
  const token = await tokenOf(world, 'operator');
  const roles = await new WebApi(
    `${world.url(hosts.core)}/contoso-eng`,
    getBearerHandler(token, false),
  ).getSecurityRolesApi();
  const assign = (userId: string) =>
    roles.setRoleAssignments(
      [{ userId, roleName: 'Administrator', uniqueName: '' }],
      'distributedtask.agentpoolrole',
      '9',
    );
  expect(await assign(member.originId)).toEqual([]);
  expect(await assign(member.id)).toMatchObject([{ identity: { id: member.id }, role: { allowPermissions: 27 } }]);
  expect(await roles.getRoleAssignments('distributedtask.agentpoolrole', '9')).toHaveLength(2);
  expect((await roles.getRoleDefinitions('distributedtask.agentpoolrole')).map(({ name }) => name)).toContain('User');
  const [pool] = valuesOf(await ask(world, 'core', pools, { token: identityToken }));
  expect(pool).toMatchObject({ name: 'aks-linux', isHosted: false, agentCloudId: null, targetSize: null });
  const one = '/contoso-eng/_apis/distributedtask/pools/9';
  expect((await ask(world, 'core', one, { token })).body.id).toBe(9);
  const agents = await ask(world, 'core', `${one}/agents?agentName=agent-7c9d5`, { token: identityToken });
  expect(valuesOf(agents)).toMatchObject([{ name: 'agent-7c9d5', status: 'online', enabled: true }]);
  expect((await ask(world, 'core', `${one}/permissions/27`, { token: identityToken })).text).toBe('true');
  const refused = await ask(world, 'core', '/contoso-eng/_apis/distributedtask/pools/77', { token });
  expect([refused.status, refused.body.typeKey]).toEqual([404, 'TaskAgentPoolNotFoundException']);
});
