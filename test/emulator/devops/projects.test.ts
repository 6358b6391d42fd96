import { getBearerHandler, WebApi } from 'azure-devops-node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { hosts } from './context.ts';
import { ask, organizationOf, startDevops, tokenOf, valuesOf } from './testing/devops-world.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startDevops();
});
afterAll(() => emulator.stop());

async function client(person: 'operator' | 'lead', organization = 'contoso-eng'): Promise<WebApi> {
  const token = await tokenOf(emulator.world, person);
  return new WebApi(`${emulator.world.url(hosts.core)}/${organization}`, getBearerHandler(token, false));
}

test('the node client finds its way by location tables and resource areas', async () => {
  const api = await client('operator');
  const connected = await api.connect();
  expect(connected.authenticatedUser?.providerDisplayName).toBe('Olivia Operator');
  const core = await api.getCoreApi();
  expect((await core.getProjects()).map(({ name }) => name)).toEqual(['Checkout', 'Catalog', 'Fulfilment']);
  const project = await core.getProject('Checkout', true);
  expect(project).toMatchObject({ name: 'Checkout', defaultTeam: { name: 'Checkout Team' } });
  expect(await core.getProject('Nowhere')).toBeNull();
  expect((await core.getTeams(project.id ?? '')).map(({ name }) => name)).toEqual(['Checkout Team']);
  const git = await api.getGitApi();
  const repositories = await git.getRepositories('Checkout');
  expect(repositories.map(({ name, defaultBranch }) => [name, defaultBranch])).toEqual([
    ['checkout-deploy', 'refs/heads/main'],
    ['checkout-env', 'refs/heads/main'],
  ]);
  const id = repositories[1]?.id ?? '';
  expect((await git.getRefs(id, 'Checkout', 'heads/env')).map(({ name }) => name)).toEqual([
    'refs/heads/env/production',
    'refs/heads/env/staging',
  ]);
  expect((await git.getRepository(id)).name).toBe('checkout-env');
  const pools = await (await api.getTaskAgentApi()).getAgentPools();
  expect(pools.map(({ name }) => name)).toEqual(['Default', 'aks-linux']);
});

test('location tables and resource areas carry the recorded ids', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  const table = valuesOf(await ask(world, 'entitlements', '/contoso-eng/_apis', { token, method: 'OPTIONS' }));
  expect(table.find(({ resourceName }) => resourceName === 'ServicePrincipalEntitlements')).toEqual({
    id: 'f03dbf50-80f8-41b7-8ca2-65b6a178caba',
    area: 'MemberEntitlementManagement',
    resourceName: 'ServicePrincipalEntitlements',
    routeTemplate: '_apis/{resource}',
    resourceVersion: 1,
    minVersion: '7.1',
    maxVersion: '7.2',
    releasedVersion: '0.0',
  });
  expect(table.some(({ area }) => area === 'Graph')).toBe(false);
  const areas = '/contoso-eng/_apis/ResourceAreas';
  const graph = await ask(world, 'core', `${areas}/bb1e7ec9-e901-4b68-999a-de7012b920f8`, { token });
  expect(graph.body).toEqual({
    id: 'bb1e7ec9-e901-4b68-999a-de7012b920f8',
    name: 'Graph',
    locationUrl: `${world.url(hosts.graph)}/contoso-eng/`,
  });
  expect((await ask(world, 'core', `${areas}/00000000-0000-0000-0000-000000000000`, { token })).text).toBe('null');
});

test('a project exists for its valid users and for administrators, and for nobody else', async () => {
  const { world } = emulator;
  const core = await (await client('lead')).getCoreApi();
  expect((await core.getProjects()).map(({ name }) => name)).toEqual(['Catalog']);
  const token = await tokenOf(world, 'lead');
  const checkout = organizationOf(world, 'contoso-eng').projects[0];
  const byName = await ask(world, 'core', '/contoso-eng/_apis/projects/Checkout', { token });
  expect(byName.status).toBe(404);
  expect(byName.body).toMatchObject({
    message:
      'TF200016: The following project does not exist: Checkout. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.',
    typeName:
      'Microsoft.TeamFoundation.Core.WebApi.ProjectDoesNotExistWithNameException, Microsoft.TeamFoundation.Core.WebApi',
  });
  expect(byName.headers.get('x-vss-userdata')).toBeTruthy();
  const byId = await ask(world, 'core', `/contoso-eng/_apis/projects/${checkout?.id}`, { token });
  expect(byId.body.message).toBe(
    `VS800075: The project with id 'vstfs:///Classification/TeamProject/${checkout?.id}' does not exist, or you do not have permission to access it.`,
  );
});

test('projects and repositories have the recorded members, in the recorded order', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  const listed = await ask(world, 'core', '/contoso-eng/_apis/projects?$top=1&$skip=0', { token });
  expect(listed.headers.get('x-ms-continuationtoken')).toBe('1');
  expect(Object.keys(listed.body)).toEqual(['count', 'value']);
  const reference = ['id', 'name', 'url', 'state', 'revision', 'visibility', 'lastUpdateTime'];
  expect(Object.keys(valuesOf(listed)[0] ?? {})).toEqual(reference);
  const project = await ask(world, 'core', '/contoso-eng/_apis/projects/Checkout?includeCapabilities=true', { token });
  expect(Object.keys(project.body)).toEqual([
    'id',
    'name',
    'url',
    'state',
    'revision',
    'capabilities',
    '_links',
    'visibility',
    'defaultTeam',
    'lastUpdateTime',
  ]);
  const repositories = await ask(world, 'core', '/contoso-eng/Checkout/_apis/git/repositories', { token });
  expect(Object.keys(repositories.body)).toEqual(['value', 'count']);
  const [repository] = valuesOf(repositories);
  expect(Object.keys(repository ?? {})).toEqual([
    'id',
    'name',
    'url',
    'project',
    'defaultBranch',
    'size',
    'remoteUrl',
    'sshUrl',
    'webUrl',
    'isDisabled',
    'isInMaintenance',
  ]);
  expect(repository?.remoteUrl).toContain('https://contoso-eng@');
  const all = await ask(world, 'core', '/contoso-eng/_apis/git/repositories', { token });
  expect(valuesOf(all)).toHaveLength(7);
  const refs = await ask(
    world,
    'core',
    '/contoso-eng/Checkout/_apis/git/repositories/checkout-deploy/refs/heads/main',
    {
      token,
    },
  );
  expect(valuesOf(refs)).toMatchObject([
    { name: 'refs/heads/main', creator: { uniqueName: 'operator@contoso.example' } },
  ]);
  const nothing = await ask(
    world,
    'core',
    '/contoso-eng/Checkout/_apis/git/repositories/checkout-deploy/refs?filter=heads/no',
    {
      token,
    },
  );
  expect(nothing.text).toBe('{"value":[],"count":0}');
});

test('repositories without Read, and all of them for a Stakeholder, do not exist', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'lead');
  const path = '/contoso-eng/Catalog/_apis/git/repositories/catalog-deploy';
  expect((await ask(world, 'core', path, { token })).status).toBe(200);
  const lead = organizationOf(world, 'contoso-eng').members.find(({ principalName }) =>
    principalName.startsWith('lead'),
  );
  if (!lead) throw new Error('not seeded');
  lead.license = 'stakeholder';
  const refused = await ask(world, 'core', path, { token });
  lead.license = 'express';
  expect(refused.status).toBe(404);
  expect(refused.body).toMatchObject({
    message:
      'TF401019: The Git repository with name or identifier catalog-deploy does not exist or you do not have permissions for the operation you are attempting.',
    typeKey: 'GitRepositoryNotFoundException',
  });
});

test('profile and accounts list every organisation of a person, guests included', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  const me = await ask(world, 'deployment', '/_apis/profile/profiles/me?api-version=7.1', { token });
  expect(me.body).toMatchObject({ displayName: 'Olivia Operator', emailAddress: 'operator@contoso.example' });
  expect(me.body.publicAlias).toBe(me.body.id);
  const accounts = `/_apis/accounts?memberId=${me.body.publicAlias}&api-version=7.1`;
  const names = valuesOf(await ask(world, 'deployment', accounts, { token })).map(({ accountName }) => accountName);
  expect(names).toEqual(['contoso-eng', 'contoso-platform', 'fabrikam-partner', 'contoso-legacy']);
  expect((await ask(world, 'deployment', '/_apis/accounts', { token })).status).toBe(400);
  expect((await ask(world, 'deployment', accounts)).status).toBe(203);
  const newcomer = await tokenOf(world, 'newcomer');
  const stranger = await ask(world, 'deployment', '/_apis/profile/profiles/me', { token: newcomer });
  const none = await ask(world, 'deployment', `/_apis/accounts?memberId=${stranger.body.id}`, { token: newcomer });
  expect(none.body).toEqual({ count: 0, value: [] });
});

test('a team is made by project administrators only and answers with its descriptor', async () => {
  const { world } = emulator;
  const path = '/contoso-eng/_apis/projects/Catalog/teams?api-version=7.1';
  const body = { name: 'Catalog Release', description: 'Ships it' };
  const refused = await ask(world, 'core', path, { token: await tokenOf(world, 'lead'), method: 'POST', body });
  expect(refused.status).toBe(403);
  expect(world.ledger.entries()).toEqual([]);
  const token = await tokenOf(world, 'operator');
  const created = await ask(world, 'core', path, { token, method: 'POST', body });
  expect(created.status).toBe(201);
  expect(created.body.identity).toMatchObject({
    id: created.body.id,
    providerDisplayName: '[Catalog]\\Catalog Release',
    isContainer: true,
  });
  expect(world.ledger.entries()).toMatchObject([{ service: 'devops', operation: 'teams.create' }]);
  expect((await ask(world, 'core', path, { token, method: 'POST', body })).status).toBe(400);
  const read = await ask(world, 'core', `/contoso-eng/_apis/projects/Catalog/teams/${created.body.id}`, { token });
  expect(read.body).toMatchObject({ name: 'Catalog Release', description: 'Ships it' });
  expect(read.body.identity).toBeUndefined();
  const members = await ask(world, 'core', `/contoso-eng/_apis/projects/Catalog/teams/${created.body.id}/members`, {
    token,
  });
  expect(members.body).toEqual({ value: [], count: 0 });
});

test('pushes and pull requests by REST are not modelled', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  for (const resource of ['pushes', 'pullRequests']) {
    const path = `/contoso-eng/Checkout/_apis/git/repositories/checkout-deploy/${resource}`;
    expect((await ask(world, 'core', path, { token, method: 'POST', body: {} })).status).toBe(501);
  }
});
