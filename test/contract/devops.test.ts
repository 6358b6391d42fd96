import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAccessToken } from '../../lib/clients/access-token.ts';
import type { Devops } from '../../lib/ports.ts';
import { identityId, productionSubscription, seedAzure } from '../emulator/world/azure.ts';
import { organizations, projects, repositories, repositoryUrl, seedDevops } from '../emulator/world/devops.ts';
import { contosoTenantId, fabrikamTenantId, seedDirectory, users } from '../emulator/world/directory.ts';
import { failureOf, identityNamed, type Outside, startOutside, workloadToken } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
const { engineering, platform } = organizations;
let outside: Outside;
let devops: Devops;
beforeAll(async () => {
  outside = await startOutside({
    seed: async (world) => {
      await seedDirectory(world);
      await seedAzure(world);
      await seedDevops(world);
    },
  });
  devops = outside.ports.devops;
});
beforeEach(() => outside.world.faults.clear());
afterEach(() => outside.world.faults.clear());
afterAll(() => outside?.emulator.stop());

const identity = (name: string) => identityNamed(outside.world, name);
const tokenOf = (name: string) => workloadToken(outside.world, name);
async function projectOf(name: string) {
  const project = await devops.getProject(engineering, name, signal);
  if (!project) throw new Error(`no project ${name}`);
  return project;
}

describe('organisations', () => {
  test('each with its tenant, or with none', async () => {
    const found = await devops.listOrganizations(signal);
    const tenants = Object.fromEntries(found.map(({ name, tenantId }) => [name, tenantId]));
    expect(tenants).toMatchObject({ [engineering]: contosoTenantId, [platform]: contosoTenantId });
    expect(await devops.getOrganization(organizations.partner, signal)).toEqual({
      name: organizations.partner,
      tenantId: fabrikamTenantId,
    });
    expect(await devops.getOrganization(organizations.legacy, signal)).toEqual({ name: organizations.legacy });
    expect(await devops.getOrganization('contoso-nowhere', signal)).toBeUndefined();
  });

  test('connection data says who the caller is', async () => {
    expect(await devops.whoAmI(engineering, signal)).toMatchObject({
      displayName: users.operator.name,
      descriptor: expect.stringMatching(/^aad\./),
    });
  });

  test('a service principal that is no member is refused with TF401444', async () => {
    const workload = outside.ports.devopsAs(await tokenOf('id-catalog'));
    expect(await failureOf(workload.whoAmI(engineering, signal))).toMatchObject({
      service: 'devops',
      kind: 'refused',
      status: 401,
      code: 'TF401444',
    });
  });

  test('a token that is not accepted is no success, whatever the status says', async () => {
    const expired = outside.ports.devopsAs(createAccessToken('not-a-token', new Date(Date.now() + 60_000)));
    expect((await failureOf(expired.whoAmI(engineering, signal))).kind).toBe('refused');
    expect((await failureOf(expired.listProjects(engineering, signal))).kind).toBe('refused');
    const page = { status: 203, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<html>Sign In</html>' };
    outside.world.faults.add({ service: 'devops', operation: '*', times: 9, action: { type: 'status', ...page } });
    for (const work of [
      devops.whoAmI(engineering, signal),
      devops.listProjects(engineering, signal),
      devops.getProject(engineering, projects.checkout, signal),
    ])
      expect(await failureOf(work)).toMatchObject({ kind: 'refused', code: 'SIGN-IN-PAGE' });
  });

  test('a redirect to the sign-in host is not followed', async () => {
    outside.world.faults.add({
      service: 'devops',
      operation: '*',
      action: { type: 'status', status: 302, headers: { location: 'https://spsprod.vssps.visualstudio.com/_signin' } },
    });
    expect(await failureOf(devops.whoAmI(engineering, signal))).toMatchObject({ code: 'SIGN-IN-PAGE' });
  });
});

describe('projects and repositories', () => {
  test('list and get', async () => {
    expect((await devops.listProjects(engineering, signal)).map(({ name }) => name)).toEqual([
      projects.catalog,
      projects.checkout,
      projects.fulfilment,
    ]);
    const checkout = await projectOf(projects.checkout);
    const found = await devops.listRepositories(engineering, checkout.id, signal);
    expect(found.map(({ name }) => name)).toContain(repositories.checkoutDeploy);
    expect(await devops.getRepository(engineering, checkout.id, repositories.checkoutDeploy, signal)).toMatchObject({
      url: repositoryUrl(outside.world, engineering, projects.checkout, repositories.checkoutDeploy),
      projectId: checkout.id,
      disabled: false,
      defaultBranch: 'main',
    });
    expect(await devops.getRepository(engineering, checkout.id, 'nothing', signal)).toBeUndefined();
    expect(await devops.getProject(engineering, 'Nothing', signal)).toBeUndefined();
  });

  test('an organisation that refuses is not an empty one', async () => {
    const { devops: newcomer } = outside.portsOf(users.newcomer);
    expect((await failureOf(newcomer.listProjects(engineering, signal))).kind).toBe('refused');
  });

  test('errors with a byte order mark are read', async () => {
    const body = `\uFEFF${JSON.stringify({ $id: '1', message: 'TF24668: The collection is stopped.', typeKey: 'VssServiceException' })}`;
    outside.world.faults.add({
      service: 'devops',
      operation: '*',
      times: 9,
      action: { type: 'status', status: 503, headers: { 'content-type': 'application/json' }, body },
    });
    expect(await failureOf(devops.getProject(engineering, projects.checkout, signal))).toMatchObject({
      kind: 'unavailable',
      status: 503,
      code: 'TF24668',
    });
  });

  test('a torn answer is read again, not taken for nothing', async () => {
    outside.world.faults.add({ service: 'devops', operation: 'projects.get', action: { type: 'reset', when: 'mid' } });
    expect(await devops.getProject(engineering, projects.checkout, signal)).toMatchObject({ name: projects.checkout });
  });

  test('a claims challenge goes to the operator only', async () => {
    const claims = '{"access_token":{}}';
    outside.world.faults.add({ service: 'devops', operation: '*', action: { type: 'claims', claims } });
    expect(await failureOf(devops.whoAmI(engineering, signal))).toMatchObject({
      kind: 'sign-in',
      audience: 'devops',
      claims,
    });
    outside.world.faults.add({ service: 'devops', operation: '*', action: { type: 'claims', claims } });
    const workload = outside.ports.devopsAs(await tokenOf('id-catalog'));
    expect((await failureOf(workload.whoAmI(engineering, signal))).kind).toBe('refused');
  });
});

describe('members', () => {
  test('add, find, license, group, remove', async () => {
    const { principalId } = identity('id-argocd-tools');
    expect(await devops.findServicePrincipal(engineering, principalId, signal)).toBeUndefined();
    const { entitlement, correlationId } = await devops.addServicePrincipal(
      engineering,
      principalId,
      'express',
      signal,
    );
    expect(entitlement).toMatchObject({ originId: principalId, license: 'express', licenseName: 'Basic' });
    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await devops.findServicePrincipal(engineering, principalId, signal)).toMatchObject({
      id: entitlement.id,
      descriptor: expect.stringMatching(/^aadsp\./),
      license: 'express',
    });
    const workload = outside.ports.devopsAs(await tokenOf('id-argocd-tools'));
    expect((await workload.whoAmI(engineering, signal)).id).toBe(entitlement.id);

    const checkout = await projectOf(projects.checkout);
    const readers = await devops.findProjectGroup(engineering, checkout.id, 'Readers', signal);
    if (!readers) throw new Error('no Readers');
    expect(await devops.isMember(engineering, entitlement.descriptor, readers.descriptor, signal)).toBe(false);
    await devops.addMember(engineering, entitlement.descriptor, readers.descriptor, signal);
    expect(await devops.isMember(engineering, entitlement.descriptor, readers.descriptor, signal)).toBe(true);
    expect(await workload.getRepository(engineering, checkout.id, repositories.checkoutDeploy, signal)).toBeDefined();
    await devops.removeMember(engineering, entitlement.descriptor, readers.descriptor, signal);
    await devops.removeMember(engineering, entitlement.descriptor, readers.descriptor, signal);

    await devops.setLicense(engineering, entitlement.id, 'stakeholder', signal);
    expect(await devops.findServicePrincipal(engineering, principalId, signal)).toMatchObject({
      license: 'stakeholder',
    });
    await devops.removeServicePrincipal(engineering, entitlement.id, signal);
    await devops.removeServicePrincipal(engineering, entitlement.id, signal);
    expect(await devops.findServicePrincipal(engineering, principalId, signal)).toBeUndefined();
    expect(await devops.findProjectGroup(engineering, checkout.id, 'Nobody', signal)).toBeUndefined();
  });

  test('HTTP 200 is no success: each refusal has its code', async () => {
    const { principalId } = identity('id-flux-legacy');
    const lead = outside.portsOf(users.lead).devops;
    expect(await failureOf(lead.addServicePrincipal(engineering, principalId, 'express', signal))).toMatchObject({
      kind: 'refused',
      code: '5032',
      status: 200,
    });
    outside.world.timing.principalReplicationMs = 3_600_000;
    const { identity: created } = await outside.ports.arm.createIdentity(
      {
        subscriptionId: productionSubscription.id,
        resourceGroup: 'rg-identity-prod',
        name: 'id-young',
        location: 'westeurope',
        tags: {},
      },
      signal,
    );
    const young = devops.addServicePrincipal(engineering, created.principalId, 'express', signal);
    expect(await failureOf(young)).toMatchObject({ kind: 'absent', code: 'VS403283' });
    outside.world.timing.principalReplicationMs = 0;
    await outside.ports.arm.deleteIdentity(
      identityId(productionSubscription.id, 'rg-identity-prod', 'id-young'),
      signal,
    );
  });

  test('a lost answer to a write leaves its outcome unknown, and it is not sent again', async () => {
    const { principalId } = identity('id-web-deploy');
    outside.world.faults.add({
      service: 'devops',
      operation: 'servicePrincipalEntitlements.create',
      action: { type: 'reset', when: 'after' },
    });
    const before = outside.world.ledger.entries().length;
    expect(await failureOf(devops.addServicePrincipal(engineering, principalId, 'express', signal))).toMatchObject({
      kind: 'unreachable',
      outcomeUnknown: true,
    });
    expect(outside.world.ledger.entries()).toHaveLength(before + 1);
    expect(await devops.findServicePrincipal(engineering, principalId, signal)).toBeDefined();
  });

  test('own rights', async () => {
    const checkout = await projectOf(projects.checkout);
    expect(await devops.ownRights(engineering, checkout.id, signal)).toEqual({
      addUsers: true,
      manageProjectGroups: true,
    });
    const lead = outside.portsOf(users.lead).devops;
    expect(await lead.ownRights(engineering, checkout.id, signal)).toEqual({
      addUsers: false,
      manageProjectGroups: false,
    });
  });
});
