import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import type { DevopsMember } from '../core/world.ts';
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
let token: string;
let identity: ReturnType<typeof createIdentity>;
let member: DevopsMember;
beforeEach(async () => {
  emulator = await startDevops();
  token = await tokenOf(emulator.world, 'operator');
  identity = createIdentity(emulator.world);
  member = addMember(organizationOf(emulator.world, 'contoso-eng'), {
    kind: 'servicePrincipal',
    originId: identity.principalId,
    displayName: identity.name,
    principalName: identity.principalId,
    license: 'express',
    addedAt: 0,
  });
});
afterEach(() => emulator.stop());

const graph = (path: string, method = 'GET', body?: unknown) =>
  ask(emulator.world, 'graph', `/contoso-eng/_apis/Graph/${path}`, { token, method, body });
async function readers(project = 'Checkout'): Promise<string> {
  const found = organizationOf(emulator.world, 'contoso-eng').projects.find(({ name }) => name === project);
  const key = await graph(`Descriptors/${found?.id}`);
  const groups = await graph(`Groups?scopeDescriptor=${key.body.value as string}`);
  return valuesOf(groups).find(({ displayName }) => displayName === 'Readers')?.descriptor as string;
}

test('a project has its six groups, by the descriptor of its scope', async () => {
  const { projects } = organizationOf(emulator.world, 'contoso-eng');
  const key = await graph(`Descriptors/${projects[0]?.id}`);
  expect(Object.keys(key.body)).toEqual(['value', '_links']);
  expect(key.body.value).toMatch(/^scp\./);
  const groups = await graph(`Groups?scopeDescriptor=${key.body.value as string}`);
  expect(Object.keys(groups.body)).toEqual(['count', 'value']);
  expect(valuesOf(groups).map(({ displayName }) => displayName)).toEqual([
    'Checkout Team',
    'Readers',
    'Project Valid Users',
    'Contributors',
    'Project Administrators',
    'Build Administrators',
  ]);
  const [team] = valuesOf(groups);
  expect(Object.keys(team ?? {})).toEqual([
    'subjectKind',
    'description',
    'domain',
    'principalName',
    'mailAddress',
    'origin',
    'originId',
    'displayName',
    '_links',
    'url',
    'descriptor',
  ]);
  expect(team).toMatchObject({
    domain: `vstfs:///Classification/TeamProject/${projects[0]?.id}`,
    principalName: '[Checkout]\\Checkout Team',
  });
  expect((await graph('Groups?scopeDescriptor=scp.unknown')).status).toBe(404);
  const back = await graph(`StorageKeys/${team?.descriptor as string}`);
  expect(back.body.value).toBe(team?.originId);
});

test('membership: 404, then 201, then 200 by HEAD, then removed with 200 and no body', async () => {
  const container = await readers();
  const path = `Memberships/${member.descriptor}/${container}`;
  expect((await graph(path, 'HEAD')).status).toBe(404);
  const added = await graph(path, 'PUT');
  expect(added.status).toBe(201);
  expect(Object.keys(added.body)).toEqual(['containerDescriptor', 'memberDescriptor', '_links']);
  expect((await graph(path, 'HEAD')).status).toBe(200);
  expect((await graph(path)).body).toEqual(added.body);
  const up = valuesOf(await graph(`Memberships/${member.descriptor}?direction=up`));
  expect(up.map(({ containerDescriptor }) => containerDescriptor)).toContain(container);
  const down = valuesOf(await graph(`Memberships/${container}?direction=down`));
  expect(down.map(({ memberDescriptor }) => memberDescriptor)).toContain(member.descriptor);
  const again = await graph(path, 'PUT');
  expect(again.status).toBe(201);
  const removed = await graph(path, 'DELETE');
  expect([removed.status, removed.text]).toEqual([200, '']);
  expect((await graph(path, 'HEAD')).status).toBe(404);
  expect((await graph(path, 'DELETE')).status).toBe(404);
  expect(emulator.world.ledger.entries().map(({ operation }) => operation)).toEqual([
    'memberships.add',
    'memberships.remove',
  ]);
});

test('a write shows itself after its delay, and so does a removal', async () => {
  const { world } = emulator;
  const container = await readers();
  const path = `Memberships/${member.descriptor}/${container}`;
  world.timing.devopsConsistencyMs = 30_000;
  expect((await graph(path, 'PUT')).status).toBe(201);
  expect((await graph(path, 'HEAD')).status).toBe(404);
  world.clock.advance(30_000);
  expect((await graph(path, 'HEAD')).status).toBe(200);
  expect((await graph(path, 'DELETE')).status).toBe(200);
  expect((await graph(path, 'HEAD')).status).toBe(200);
  world.clock.advance(30_000);
  expect((await graph(path, 'HEAD')).status).toBe(404);
});

test('only administrators of the project change its groups', async () => {
  const container = await readers();
  for (const person of ['auditor', 'lead'] as const) {
    token = await tokenOf(emulator.world, person);
    const refused = await graph(`Memberships/${member.descriptor}/${container}`, 'PUT');
    expect([refused.status, refused.body.typeKey]).toEqual([403, 'AccessCheckException']);
  }
  token = await tokenOfIdentity(emulator.world, identity);
  expect((await graph(`Memberships/${member.descriptor}/${container}`, 'PUT')).status).toBe(403);
  expect(emulator.world.ledger.entries()).toEqual([]);
});

test('unknown subjects and containers are 404, Valid Users are not for editing', async () => {
  const container = await readers();
  expect((await graph(`Memberships/aadsp.AAAA/${container}`, 'PUT')).status).toBe(404);
  expect((await graph(`Memberships/${member.descriptor}/vssgp.AAAA`, 'PUT')).status).toBe(404);
  const { groups } = organizationOf(emulator.world, 'contoso-eng');
  const valid = groups.find(({ role }) => role === 'project-valid-users')?.descriptor;
  expect((await graph(`Memberships/${member.descriptor}/${valid}`, 'PUT')).status).toBe(400);
});

test('subjects are looked up by descriptor and searched by name', async () => {
  const looked = await graph('SubjectLookup', 'POST', {
    lookupKeys: [{ descriptor: member.descriptor }, { descriptor: 'aad.unknown' }],
  });
  expect(looked.body.count).toBe(1);
  expect(looked.body.value).toMatchObject({ [member.descriptor]: { originId: identity.principalId } });
  const none = await graph('SubjectLookup', 'POST', { lookupKeys: [] });
  expect(none.text).toBe('{"count":0,"value":{}}');
  const found = await graph('SubjectQuery', 'POST', { query: 'Olivia', subjectKind: ['User', 'Group'] });
  expect(valuesOf(found).map(({ principalName }) => principalName)).toEqual(['operator@contoso.example']);
  const state = await graph(`MembershipStates/${member.descriptor}`);
  expect(state.body.active).toBe(true);
  expect((await graph(`Users/${member.descriptor}`)).status).toBe(404);
  expect((await graph(`ServicePrincipals/${member.descriptor}`)).body.displayName).toBe(identity.name);
  expect((await graph(`Groups/${await readers()}`)).body.displayName).toBe('Readers');
  const users = await graph('Users');
  const next = users.headers.get('x-ms-continuationtoken');
  expect(valuesOf(await graph(`Users?continuationToken=${next}`))).toHaveLength(3);
});

test('identities answer in the order of the question, with null for who is unknown', async () => {
  const path = `/contoso-eng/_apis/identities?subjectDescriptors=${member.descriptor},aad.unknown&api-version=7.1`;
  const reply = await ask(emulator.world, 'graph', path, { token });
  expect(reply.body.count).toBe(2);
  const [known, unknown] = valuesOf(reply);
  expect(unknown).toBeNull();
  expect(Object.keys(known ?? {})).toEqual([
    'id',
    'descriptor',
    'subjectDescriptor',
    'providerDisplayName',
    'isActive',
    'members',
    'memberOf',
    'memberIds',
    'properties',
    'resourceVersion',
    'metaTypeId',
  ]);
  expect(known?.descriptor).toContain('AadServicePrincipal;');
  expect((await ask(emulator.world, 'graph', '/contoso-eng/_apis/identities?api-version=7.1', { token })).status).toBe(
    400,
  );
});

test('a service principal whose identity is gone from Entra says so', async () => {
  emulator.world.azure.identities.clear();
  const gone = await graph(`ServicePrincipals/${member.descriptor}`);
  expect(gone.body.isDeletedInOrigin).toBe(true);
});
