import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { contosoTenantId, fabrikamTenantId } from '../world/directory.ts';
import { hosts } from './context.ts';
import { patFor } from './pats.ts';
import { ask, basic, createIdentity, startDevops, tokenOf, tokenOfIdentity } from './testing/devops-world.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startDevops();
});
afterAll(() => emulator.stop());
const projects = '/contoso-eng/_apis/projects?api-version=7.1';

test('no credential: 203 with the sign-in page, and no user data', async () => {
  for (const authorization of [undefined, 'Bearer not.a.token', basic('', 'not-a-known-token')]) {
    const reply = await ask(emulator.world, 'core', projects, { authorization });
    expect(reply.status).toBe(203);
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(reply.text).toContain('Azure DevOps Services | Sign In');
    expect(reply.text.length).toBeGreaterThan(14_000);
    expect(reply.headers.get('x-vss-userdata')).toBeNull();
  }
});

test('without the suppress header the sign-in page is a redirect', async () => {
  const reply = await ask(emulator.world, 'core', projects, { suppress: false });
  expect(reply.status).toBe(302);
  expect(reply.headers.get('location')).toMatch(
    /^https:\/\/sps\w+\.vssps\.visualstudio\.com\/_signin\?realm=dev\.azure\.com&reply_to=https%3A%2F%2Fdev/,
  );
});

test('an expired token reads as nobody, and a PATCH says so with 401', async () => {
  const token = await tokenOf(emulator.world, 'operator', 'devops', -10);
  expect((await ask(emulator.world, 'core', projects, { token })).status).toBe(203);
  const path = '/contoso-eng/_apis/serviceprincipalentitlements/x?api-version=7.1-preview.1';
  const patched = await ask(emulator.world, 'entitlements', path, { token, method: 'PATCH', body: [] });
  expect(patched.status).toBe(401);
  expect(patched.body.message).toBe("TF400813: The user '' is not authorized to access this resource.");
});

test('a token for another resource: 401 with a byte order mark, no charset and a bare challenge', async () => {
  const token = await tokenOf(emulator.world, 'operator', 'arm');
  const reply = await ask(emulator.world, 'core', projects, { token });
  expect(reply.status).toBe(401);
  expect(reply.text.startsWith('\ufeff{"$id":"1"')).toBe(true);
  expect(reply.headers.get('content-type')).toBe('application/json');
  expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  expect(reply.headers.get('x-tfs-serviceerror')).toContain('TF400813%3A%20The%20user');
  expect(JSON.parse(reply.text.slice(1))).toMatchObject({ typeKey: 'InvalidIdentityException', eventId: 3000 });
});

test('a user of the tenant who is no member: TF400813 with their name, both challenges and user data', async () => {
  const token = await tokenOf(emulator.world, 'newcomer');
  const reply = await ask(emulator.world, 'core', projects, { token });
  expect(reply.status).toBe(401);
  expect(reply.body).toEqual({
    $id: '1',
    innerException: null,
    message: `TF400813: The user '${contosoTenantId}\\newcomer@contoso.example' is not authorized to access this resource.`,
    typeName:
      'Microsoft.TeamFoundation.Framework.Server.UnauthorizedRequestException, Microsoft.TeamFoundation.Framework.Server',
    typeKey: 'UnauthorizedRequestException',
    errorCode: 0,
    eventId: 3000,
  });
  expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(reply.headers.get('www-authenticate')).toBe(
    `Bearer authorization_uri=https://login.microsoftonline.com/${contosoTenantId}, TFS-Federated`,
  );
  expect(reply.headers.get('x-vss-resourcetenant')).toBe(contosoTenantId);
  expect(reply.headers.get('x-vss-authenticateerror')).toBe('Unauthorized');
  expect(reply.headers.get('x-vss-userdata')).toMatch(/:newcomer@contoso\.example$/);
});

test('a managed identity that is no member: TF401444, whose last id is its object id', async () => {
  const identity = createIdentity(emulator.world);
  const token = await tokenOfIdentity(emulator.world, identity);
  const reply = await ask(emulator.world, 'core', '/contoso-eng/_apis/connectionData', { token });
  expect(reply.status).toBe(401);
  expect(reply.body.message).toBe(
    `TF401444: Please sign-in at least once as ${contosoTenantId}\\${contosoTenantId}\\${identity.principalId} in a web browser to enable access to the service.`,
  );
  expect(reply.headers.get('x-vss-userdata')).toBeNull();
});

test('an organisation of another tenant refuses the token and names its own tenant', async () => {
  const token = await tokenOf(emulator.world, 'operator');
  const reply = await ask(emulator.world, 'core', '/fabrikam-partner/_apis/connectionData', { token });
  expect(reply.status).toBe(401);
  expect(reply.body.message).toContain('TF400813');
  expect(reply.headers.get('x-vss-resourcetenant')).toBe(fabrikamTenantId);
});

test('HEAD names the tenant to anybody, and none for an organisation without one', async () => {
  const { world } = emulator;
  const tenanted = await ask(world, 'core', '/contoso-eng', { method: 'HEAD', suppress: false });
  expect(tenanted.headers.get('x-vss-resourcetenant')).toBe(contosoTenantId);
  expect(tenanted.headers.get('www-authenticate')).toBe(
    `Bearer authorization_uri=https://login.microsoftonline.com/${contosoTenantId}`,
  );
  const legacy = await ask(world, 'core', '/contoso-legacy/_apis/connectiondata', { method: 'HEAD' });
  expect(legacy.headers.get('x-vss-resourcetenant')).toBe('00000000-0000-0000-0000-000000000000');
  expect(legacy.headers.get('www-authenticate')).toBeNull();
  const token = await tokenOf(world, 'operator');
  const admitted = await ask(world, 'core', '/contoso-eng/_apis/connectionData', { method: 'HEAD', token });
  expect(admitted.status).toBe(200);
  expect(admitted.headers.get('www-authenticate')).toContain(contosoTenantId);
});

test('an organisation that does not exist is 404 and names no tenant', async () => {
  for (const method of ['GET', 'HEAD']) {
    const token = await tokenOf(emulator.world, 'operator');
    const reply = await ask(emulator.world, 'core', '/nobody-here/_apis/connectionData', { method, token });
    expect(reply.status).toBe(404);
    expect(reply.headers.get('x-vss-resourcetenant')).toBeNull();
  }
});

test('a personal access token opens what its scope says; expired, revoked and foreign ones say nothing', async () => {
  const { world } = emulator;
  const authorization = basic('', patFor(world, 'contoso-eng'));
  const git = '/contoso-eng/Checkout/_apis/git/repositories?api-version=7.1';
  expect((await ask(world, 'core', git, { authorization })).status).toBe(200);
  const pat = world.devops.pats?.find(({ organization }) => organization === 'contoso-eng');
  if (!pat) throw new Error('not seeded');
  const refused = async (path: string) => {
    const reply = await ask(world, 'core', path, { authorization });
    expect(reply.status).toBe(401);
    expect(reply.text).toBe('');
    expect(reply.headers.get('content-type')).toBeNull();
    expect(reply.headers.get('www-authenticate')).toBe('Basic realm="https://tfsprodweu2.app.visualstudio.com/"');
    expect(reply.headers.get('x-vss-userdata')).toBeNull();
  };
  await refused('/contoso-eng/_apis/distributedtask/pools?api-version=7.1');
  await refused('/contoso-platform/Platform/_apis/git/repositories?api-version=7.1');
  pat.revoked = true;
  await refused(git);
  pat.revoked = false;
  const { validTo } = pat;
  pat.validTo = world.clock.now() - 1;
  await refused(git);
  pat.validTo = validTo;
});

test('the state that the control interface shows tells no token', async () => {
  const { world } = emulator;
  const state = await (await fetch(`${emulator.tlsUrl}/_emulator/state`)).text();
  expect(state).toContain('authorizationId');
  for (const { token } of world.devops.pats ?? []) expect(state).not.toContain(token);
  expect(patFor(world, 'contoso-platform')).toMatch(/^.{76}AZDO.{4}$/);
});

test('a host serves its own areas only, and what is not modelled is 501 for members', async () => {
  const { world } = emulator;
  const token = await tokenOf(world, 'operator');
  const elsewhere = await ask(world, 'core', '/contoso-eng/_apis/graph/groups', { token });
  expect(elsewhere.status).toBe(404);
  expect(elsewhere.text).toBe(
    "The controller for path '/contoso-eng/_apis/graph/groups' was not found or does not implement IController.",
  );
  const unknown = '/contoso-eng/_apis/build/builds';
  expect((await ask(world, 'core', unknown, { token })).status).toBe(501);
  expect((await ask(world, 'core', unknown)).status).toBe(203);
  expect((await ask(world, 'audit', '/contoso-eng/_apis/audit/auditlog', { token })).status).toBe(501);
  expect(Object.values(hosts)).toContain('auditservice.dev.azure.com');
});
