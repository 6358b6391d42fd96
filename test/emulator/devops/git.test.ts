import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import type { AzureIdentity, DevopsGroup, DevopsMember } from '../core/world.ts';
import { repositoryUrl } from '../world/devops.ts';
import { contosoTenantId } from '../world/directory.ts';
import { createBareRepository, gitEnvironment } from './bare-repository.ts';
import { addMember, findGroup } from './model.ts';
import { patFor } from './pats.ts';
import {
  ask,
  basic,
  createIdentity,
  organizationOf,
  startDevops,
  tokenOf,
  tokenOfIdentity,
} from './testing/devops-world.ts';

const run = promisify(execFile);
let emulator: Emulator;
let folder: string;
let identity: AzureIdentity;
let member: DevopsMember;
let groups: Record<'readers' | 'contributors', DevopsGroup>;
beforeAll(async () => {
  emulator = await startDevops();
  folder = await mkdtemp(join(tmpdir(), 'git-client-'));
  identity = createIdentity(emulator.world);
  const organization = organizationOf(emulator.world, 'contoso-eng');
  const [checkout] = organization.projects;
  groups = {
    readers: findGroup(organization, 'readers', checkout),
    contributors: findGroup(organization, 'contributors', checkout),
  };
  member = addMember(organization, {
    kind: 'servicePrincipal',
    originId: identity.principalId,
    displayName: identity.name,
    principalName: identity.principalId,
    license: 'express',
    addedAt: 0,
  });
});
afterAll(async () => {
  await emulator.stop();
  await rm(folder, { recursive: true, force: true });
});
function enrol(group: DevopsGroup | undefined): void {
  for (const known of Object.values(groups)) known.members.delete(member.descriptor);
  group?.members.set(member.descriptor, { since: 0 });
}

/** The git of this machine, which trusts the emulator's CA and nothing of the person who runs the test. */
async function git(authorization: string | undefined, ...arguments_: string[]) {
  const header = authorization ? ['-c', `http.extraHeader=Authorization: ${authorization}`] : [];
  const env = { ...gitEnvironment, GIT_SSL_CAINFO: emulator.caPath } as unknown as NodeJS.ProcessEnv;
  const options = { env, timeout: 20_000, cwd: folder };
  try {
    const { stdout, stderr } = await run('git', [...header, ...arguments_], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
const url = (repository = 'checkout-deploy', project = 'Checkout') =>
  repositoryUrl(emulator.world, 'contoso-eng', project, repository);
const asIdentity = async () => `bearer ${await tokenOfIdentity(emulator.world, identity)}`;
const refs = '/contoso-eng/Checkout/_git/checkout-deploy/info/refs';

test('git lists, clones and reads the manifests with an Entra token, by Bearer and as password', async () => {
  enrol(groups.readers);
  const token = await tokenOfIdentity(emulator.world, identity);
  for (const authorization of [
    `bearer ${token}`,
    basic('anything', token),
    basic('', patFor(emulator.world, 'contoso-eng')),
  ]) {
    const listed = await git(authorization, 'ls-remote', url());
    expect(listed.stdout).toMatch(/^[0-9a-f]{40}\tHEAD\n[0-9a-f]{40}\trefs\/heads\/main\n$/);
  }
  const cloned = await git(await asIdentity(), 'clone', '--quiet', url(), 'clone');
  expect(cloned).toMatchObject({ code: 0 });
  const manifest = await readFile(join(folder, 'clone/base/deployment.yaml'), 'utf8');
  expect(manifest).toContain('image: registry.contoso.example/checkout:2.7.1');
  const shallow = await git(
    await asIdentity(),
    'clone',
    '--quiet',
    '--depth',
    '1',
    '--filter=blob:none',
    url('checkout-env'),
    'env',
  );
  expect(shallow).toMatchObject({ code: 0 });
});

test('the advertisement is version 0 with the capabilities of Azure Repos and a space after the NUL', async () => {
  enrol(groups.contributors);
  const token = await tokenOfIdentity(emulator.world, identity);
  const upload = await ask(emulator.world, 'core', `${refs}?service=git-upload-pack`, {
    token,
    headers: { 'git-protocol': 'version=2' },
  });
  expect(upload.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement');
  const [banner, first = ''] = upload.text.split('\n');
  expect(banner).toBe('001e# service=git-upload-pack');
  expect(first.slice(0, 4)).toBe('0000');
  const length = Number.parseInt(first.slice(4, 8), 16);
  expect(length).toBe(Buffer.byteLength(`${first.slice(4)}\n`));
  expect(first.slice(8 + 40)).toBe(
    ' HEAD\0 multi_ack thin-pack side-band side-band-64k no-progress multi_ack_detailed no-done shallow allow-tip-sha1-in-want filter symref=HEAD:refs/heads/main',
  );
  expect(upload.text.endsWith('0000')).toBe(true);
  const receive = await ask(emulator.world, 'core', `${refs}?service=git-receive-pack`, { token });
  expect(receive.status).toBe(200);
  expect(receive.text.split('\n')[1]).toMatch(/ refs\/heads\/main\0 report-status side-band-64k quiet delete-refs$/);
});

test('an empty repository advertises nothing to fetch and no id to push over', async () => {
  const [checkout] = organizationOf(emulator.world, 'contoso-eng').projects;
  const path = join(folder, 'empty.git');
  await createBareRepository(path, []);
  checkout?.repositories.push({ id: '0e000000-0000-4000-8000-000000000001', name: 'empty', path });
  const token = await tokenOf(emulator.world, 'operator');
  const empty = '/contoso-eng/Checkout/_git/empty/info/refs';
  const upload = await ask(emulator.world, 'core', `${empty}?service=git-upload-pack`, { token });
  expect(upload.text).toBe('001e# service=git-upload-pack\n00000000');
  const receive = await ask(emulator.world, 'core', `${empty}?service=git-receive-pack`, { token });
  expect(receive.text).toContain(`${'0'.repeat(40)} capabilities^{}\0 report-status side-band-64k quiet delete-refs\n`);
  checkout?.repositories.pop();
});

test('who does not belong is refused with 401 and what git prints', async () => {
  const anonymous = await ask(emulator.world, 'core', `${refs}?service=git-upload-pack`);
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers.get('www-authenticate')).toBe(
    `Bearer authorization_uri=https://login.microsoftonline.com/${contosoTenantId}, Basic realm="https://tfsprodweu2.visualstudio.com/", TFS-Federated`,
  );
  expect(anonymous.headers.get('x-tfs-serviceerror')).toContain('aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa');
  expect((await git(undefined, 'ls-remote', url())).stderr).toContain('could not read Username');
  const stranger = createIdentity(emulator.world);
  const token = await tokenOfIdentity(emulator.world, stranger);
  const refused = await ask(emulator.world, 'core', `${refs}?service=git-upload-pack`, { token });
  expect([refused.status, refused.body.message]).toEqual([
    401,
    `TF401444: Please sign-in at least once as ${contosoTenantId}\\${contosoTenantId}\\${stranger.principalId} in a web browser to enable access to the service.`,
  ]);
});

test('without Read, with Stakeholder and for an unknown name the repository does not exist', async () => {
  enrol(undefined);
  const outside = await git(await asIdentity(), 'ls-remote', url());
  expect(outside.stderr).toContain('TF200016: The following project does not exist: Checkout.');
  enrol(groups.readers);
  member.license = 'stakeholder';
  const stakeholder = await git(await asIdentity(), 'ls-remote', url());
  member.license = 'express';
  const missing = 'does not exist or you do not have permissions for the operation you are attempting.';
  expect(stakeholder.stderr).toContain(
    `remote: TF401019: The Git repository with name or identifier checkout-deploy ${missing}`,
  );
  expect(stakeholder.stderr).toMatch(/fatal: repository '.*' not found/);
  const unknown = await git(await asIdentity(), 'ls-remote', url('nothing-here'));
  expect(unknown.stderr).toContain('TF401019: The Git repository with name or identifier nothing-here');
});

test('a push without Contribute is refused where it begins, in the words and the form of Azure Repos', async () => {
  enrol(groups.readers);
  const token = await tokenOfIdentity(emulator.world, identity);
  const refused = await ask(emulator.world, 'core', `${refs}?service=git-receive-pack`, { token });
  const message = `TF401027: You need the Git 'GenericContribute' permission to perform this action. Details: identity '${contosoTenantId}\\${identity.principalId}', scope 'repository'.`;
  const length = (message.length + 4).toString(16).padStart(4, '0');
  expect(refused.status).toBe(403);
  expect(refused.headers.get('content-type')).toContain('text/plain');
  expect(refused.text).toBe(`001f# service=git-receive-pack\n00000000${length}${message}${message}`);
  const pushed = await git(await asIdentity(), '-C', 'clone', 'push', 'origin', 'main:refs/heads/other');
  expect(pushed.stderr).toContain('TF401027');
  expect(pushed.stderr).toContain('The requested URL returned error: 403');
});

test('a contributor pushes, everybody sees it, and the ledger has it', async () => {
  enrol(groups.contributors);
  await writeFile(join(folder, 'clone/base/new.yaml'), 'kind: ConfigMap\n');
  const identityOfGit = ['-c', 'user.name=Test', '-c', 'user.email=test@contoso.example'];
  await git(undefined, '-C', 'clone', 'add', '.');
  await git(undefined, '-C', 'clone', ...identityOfGit, 'commit', '--quiet', '-m', 'Add');
  const pushed = await git(await asIdentity(), '-C', 'clone', 'push', 'origin', 'main');
  expect(pushed).toMatchObject({ code: 0 });
  const local = (await git(undefined, '-C', 'clone', 'rev-parse', 'HEAD')).stdout.trim();
  expect((await git(await asIdentity(), 'ls-remote', url(), 'refs/heads/main')).stdout).toContain(local);
  expect(emulator.world.ledger.entries()).toMatchObject([
    { operation: 'git.push', target: 'contoso-eng/Checkout/checkout-deploy', actor: identity.principalId },
  ]);
});

test('a want that lists capabilities without multi_ack is 400, a bare want is served', async () => {
  enrol(groups.readers);
  const token = await tokenOfIdentity(emulator.world, identity);
  const [oid = ''] = (await git(`bearer ${token}`, 'ls-remote', url(), 'HEAD')).stdout.split('\t');
  const packet = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
  const want = (capabilities: string) =>
    fetch(`${url()}/git-upload-pack`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-git-upload-pack-request' },
      body: `${packet(`want ${oid}${capabilities}\n`)}0000${packet('done\n')}`,
    });
  const refused = await want(' side-band-64k thin-pack');
  expect([refused.status, await refused.text()]).toEqual([
    400,
    'TF401041: The Git protocol sent is not as expected (Clients must support multi-ack.).',
  ]);
  const bare = await want('');
  expect(bare.status).toBe(200);
  expect(Buffer.from(await bare.arrayBuffer()).toString('latin1')).toMatch(/^0008NAK\nPACK/);
  expect((await want(' multi_ack_detailed side-band-64k')).status).toBe(200);
});

test('a repository of the name of its project answers without the project', async () => {
  const organization = organizationOf(emulator.world, 'contoso-eng');
  const [checkout] = organization.projects;
  const [first] = checkout?.repositories ?? [];
  if (!checkout || !first) throw new Error('not seeded');
  checkout.repositories.push({ ...first, id: '0e000000-0000-4000-8000-000000000002', name: 'Checkout' });
  const token = await tokenOf(emulator.world, 'operator');
  const reply = await git(
    `bearer ${token}`,
    'ls-remote',
    `${emulator.world.url('dev.azure.com')}/contoso-eng/_git/Checkout`,
  );
  const address = `${emulator.world.url('dev.azure.com')}/contoso-eng/_git/Checkout`;
  const cloned = await git(`bearer ${token}`, 'clone', '--quiet', address, 'same-name');
  const pushed = await git(`bearer ${token}`, '-C', 'same-name', 'push', 'origin', 'HEAD:refs/heads/copy');
  checkout.repositories.pop();
  expect(reply.stdout).toContain('refs/heads/main');
  expect([cloned.code, pushed.code]).toEqual([0, 0]);
});
