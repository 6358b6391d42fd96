import { getBearerHandler, WebApi } from 'azure-devops-node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { fabrikamTenantId } from '../world/directory.ts';
import { hosts } from './context.ts';
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
beforeEach(async () => {
  emulator = await startDevops();
});
afterEach(() => emulator.stop());

const path = '/contoso-eng/_apis/serviceprincipalentitlements';
const asked = (originId: string, accountLicenseType = 'express') => ({
  accessLevel: { accountLicenseType, licensingSource: 'account' },
  servicePrincipal: { origin: 'aad', originId, subjectKind: 'servicePrincipal' },
});
async function add(originId: string, person: 'operator' | 'auditor' = 'operator', license?: string) {
  const token = await tokenOf(emulator.world, person);
  return ask(emulator.world, 'entitlements', path, { token, method: 'POST', body: asked(originId, license) });
}
const errorsOf = (reply: { body: Record<string, unknown> }) =>
  (reply.body.operationResult as { errors: { key: number; value: string }[] }).errors;

test('a managed identity becomes a member with a licence and can then sign in', async () => {
  const { world } = emulator;
  const identity = createIdentity(world);
  const reply = await add(identity.principalId);
  expect(reply.status).toBe(200);
  expect(reply.body.isSuccess).toBe(true);
  const entitlement = reply.body.servicePrincipalEntitlement as {
    id: string;
    servicePrincipal: Record<string, string>;
    accessLevel: Record<string, string>;
  };
  expect(entitlement.id).toMatch(/^.{14}6/);
  expect(entitlement.servicePrincipal).toMatchObject({
    subjectKind: 'servicePrincipal',
    applicationId: identity.clientId,
    metaType: 'managedIdentity',
    principalName: identity.principalId,
    originId: identity.principalId,
    origin: 'aad',
  });
  expect(entitlement.accessLevel).toMatchObject({
    accountLicenseType: 'express',
    licenseDisplayName: 'Basic',
    status: 'pending',
  });
  expect(world.ledger.entries()).toMatchObject([
    { service: 'devops', operation: 'servicePrincipalEntitlements.create', target: identity.principalId },
  ]);
  const token = await tokenOfIdentity(world, identity);
  const connected = await ask(world, 'core', '/contoso-eng/_apis/connectionData', { token });
  expect(connected.body.authenticatedUser).toMatchObject({
    id: entitlement.id,
    subjectDescriptor: entitlement.servicePrincipal.descriptor,
    descriptor: `Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;${identity.tenantId}\\${identity.principalId}`,
  });
  const operator = await tokenOf(world, 'operator');
  const read = await ask(world, 'entitlements', `${path}/${entitlement.id}`, { token: operator });
  expect(read.body.accessLevel).toMatchObject({ status: 'active' });
});

test('HTTP 200 hides every refusal', async () => {
  const { world } = emulator;
  world.timing.principalReplicationMs = 60_000;
  const fresh = createIdentity(world);
  const young = await add(fresh.principalId);
  expect(young.status).toBe(200);
  expect(young.body.isSuccess).toBe(false);
  expect(errorsOf(young)).toEqual([
    { key: 5000, value: `VS403283: Could not add user '${fresh.principalId}' at this time.` },
  ]);
  expect(errorsOf(await add(fresh.clientId))).toEqual([
    { key: 5000, value: `Failed to create service principal with object ID '${fresh.clientId}'` },
  ]);
  const foreign = createIdentity(world, fabrikamTenantId);
  expect(errorsOf(await add(foreign.principalId))).toMatchObject([{ key: 5102 }]);
  expect(errorsOf(await add(fresh.principalId, 'auditor'))).toEqual([
    {
      key: 5032,
      value:
        'Access Denied: Anders Auditor needs the following permission(s) on the resource Users to perform this action: Add Users',
    },
  ]);
  expect(errorsOf(await add(''))).toMatchObject([
    { key: 5000, value: expect.stringContaining('The Id, OriginId, or User.PrincipalName must be set.') as string },
  ]);
  world.clock.advance(60_000);
  organizationOf(world, 'contoso-eng').basicSeats = 3;
  expect(errorsOf(await add(fresh.principalId))).toMatchObject([
    {
      key: 5005,
      value: expect.stringContaining('Failed to assign license Account-Express to identity with id') as string,
    },
  ]);
  expect(world.ledger.entries()).toEqual([]);
  expect((await add(fresh.principalId, 'operator', 'stakeholder')).body.isSuccess).toBe(true);
  organizationOf(world, 'contoso-eng').basicSeats = 4;
  expect((await add(fresh.principalId)).body.isSuccess).toBe(true);
});

test('a licence is changed by JSON patch, and only by an administrator', async () => {
  const { world } = emulator;
  const identity = createIdentity(world);
  const added = await add(identity.principalId, 'operator', 'stakeholder');
  const id = (added.body.servicePrincipalEntitlement as { id: string }).id;
  const operations = [{ op: 'replace', path: '/accessLevel', value: { accountLicenseType: 'express' } }];
  const patch = async (person: 'operator' | 'auditor') =>
    ask(world, 'entitlements', `${path}/${id}`, {
      token: await tokenOf(world, person),
      method: 'PATCH',
      body: operations,
      headers: { 'content-type': 'application/json-patch+json' },
    });
  const refused = await patch('auditor');
  expect(refused.status).toBe(200);
  expect(refused.body).toMatchObject({ isSuccess: false, operationResults: [{ isSuccess: false, result: null }] });
  const changed = await patch('operator');
  expect(changed.body).toMatchObject({
    isSuccess: true,
    servicePrincipalEntitlement: { accessLevel: { accountLicenseType: 'express', licenseDisplayName: 'Basic' } },
  });
});

test('removal is 204 and takes the groups along; the identity is then unknown again', async () => {
  const { world } = emulator;
  const identity = createIdentity(world);
  const added = await add(identity.principalId);
  const { id } = added.body.servicePrincipalEntitlement as { id: string };
  const options = async (person: 'operator' | 'auditor') => ({ token: await tokenOf(world, person), method: 'DELETE' });
  expect((await ask(world, 'entitlements', `${path}/${id}`, await options('auditor'))).status).toBe(403);
  const removed = await ask(world, 'entitlements', `${path}/${id}`, await options('operator'));
  expect([removed.status, removed.text]).toEqual([204, '']);
  expect((await ask(world, 'entitlements', `${path}/${id}`, { token: await tokenOf(world, 'operator') })).status).toBe(
    404,
  );
  const token = await tokenOfIdentity(world, identity);
  expect((await ask(world, 'core', '/contoso-eng/_apis/connectionData', { token })).body.message).toContain('TF401444');
});

test('lists of users show service principals with a meta type, and page in the body', async () => {
  const { world } = emulator;
  const identity = createIdentity(world);
  await add(identity.principalId);
  const token = await tokenOf(world, 'operator');
  const listed = await ask(world, 'entitlements', '/contoso-eng/_apis/userentitlements?top=100', { token });
  expect(Object.keys(listed.body)).toEqual(['members', 'continuationToken', 'totalCount', 'items']);
  expect(listed.body).toMatchObject({ continuationToken: '', totalCount: 4 });
  const [, , , last] = listed.body.members as { user: Record<string, string> }[];
  expect(last?.user).toMatchObject({
    subjectKind: 'user',
    metaType: 'managedIdentity',
    originId: identity.principalId,
  });
  const first = await ask(world, 'entitlements', '/contoso-eng/_apis/memberentitlements?$top=3', { token });
  expect(first.body.continuationToken).toBe('3');
  const rest = await ask(world, 'entitlements', '/contoso-eng/_apis/memberentitlements?continuationToken=3', { token });
  expect((rest.body.members as { member: { originId: string } }[]).map(({ member }) => member.originId)).toEqual([
    identity.principalId,
  ]);
});

test('Graph adds without a licence, by an origin id that Entra knows', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  const create = (originId: string) =>
    ask(world, 'graph', '/contoso-eng/_apis/graph/serviceprincipals', { token, method: 'POST', body: { originId } });
  const unknown = await create('00000000-0000-4000-8000-0000000000ff');
  expect([unknown.status, unknown.body.typeKey]).toEqual([404, 'NotFoundException']);
  expect(unknown.body.message).toContain('VS860016');
  const identity = createIdentity(world);
  const created = await create(identity.principalId);
  expect(created.status).toBe(201);
  expect(Object.keys(created.body)).not.toContain('metaType');
  expect(organizationOf(world, 'contoso-eng').members.at(-1)).toMatchObject({ license: 'none' });
});

test('the rest client of the node package reads what it has no API for', async () => {
  const { world } = emulator;
  const identity = createIdentity(world);
  const token = await tokenOf(world, 'operator');
  const { rest } = new WebApi(`${world.url(hosts.core)}/contoso-eng`, getBearerHandler(token, false));
  const url = `${world.url(hosts.entitlements)}${path}?api-version=7.1-preview.1`;
  const added = await rest.create<{ isSuccess: boolean }>(url, asked(identity.principalId));
  expect([added.statusCode, added.result?.isSuccess]).toEqual([200, true]);
  const listUrl = `${world.url(hosts.graph)}/contoso-eng/_apis/graph/serviceprincipals?api-version=7.1-preview.1`;
  const first = await rest.get<{ count: number }>(listUrl);
  expect(first.result?.count).toBe(0);
  const next = (first.headers as Record<string, string>)['x-ms-continuationtoken'];
  const second = await rest.get<{ value: { originId: string }[] }>(`${listUrl}&continuationToken=${next}`);
  expect(second.result?.value.map(({ originId }) => originId)).toEqual([identity.principalId]);
});

test('pages of service principals: nothing, then everything, and no token for an empty list', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  const list = '/contoso-eng/_apis/graph/serviceprincipals';
  const empty = await ask(world, 'graph', list, { token });
  expect([valuesOf(empty), empty.headers.get('x-ms-continuationtoken')]).toEqual([[], null]);
  await add(createIdentity(world).principalId);
  const first = await ask(world, 'graph', list, { token });
  expect(valuesOf(first)).toEqual([]);
  const next = first.headers.get('x-ms-continuationtoken');
  const second = await ask(world, 'graph', `${list}?continuationToken=${next}`, { token });
  expect(valuesOf(second)).toHaveLength(1);
  expect(second.headers.get('x-ms-continuationtoken')).toBeNull();
  expect((await ask(world, 'graph', `${list}?continuationToken=nonsense`, { token })).status).toBe(400);
});
