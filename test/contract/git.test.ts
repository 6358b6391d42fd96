import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Devops } from '../../lib/ports.ts';
import { seedAzure } from '../emulator/world/azure.ts';
import { organizations, projects, repositories, repositoryUrl, seedDevops } from '../emulator/world/devops.ts';
import { seedDirectory } from '../emulator/world/directory.ts';
import { failureOf, identityNamed, type Outside, startOutside, workloadToken } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
const { engineering } = organizations;
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

describe('git', () => {
  const url = () => repositoryUrl(outside.world, engineering, projects.catalog, repositories.catalogDeploy);

  test('read, then contribute, then neither: each by its own answer', async () => {
    const { git } = outside.ports;
    const { principalId } = identity('id-catalog');
    const token = await tokenOf('id-catalog');
    expect(await failureOf(git.listRefs(url(), token, 'read', signal))).toMatchObject({
      service: 'git',
      kind: 'refused',
      status: 401,
      code: 'TF401444',
    });
    const { entitlement } = await devops.addServicePrincipal(engineering, principalId, 'express', signal);
    // A member of no group does not even see the project.
    expect(await failureOf(git.listRefs(url(), token, 'read', signal))).toMatchObject({
      kind: 'absent',
      status: 404,
      code: 'TF200016',
    });
    const catalog = await projectOf(projects.catalog);
    const readers = await devops.findProjectGroup(engineering, catalog.id, 'Readers', signal);
    const contributors = await devops.findProjectGroup(engineering, catalog.id, 'Contributors', signal);
    await devops.addMember(engineering, entitlement.descriptor, readers?.descriptor ?? '', signal);
    const refs = await git.listRefs(url(), token, 'read', signal);
    expect(refs.refs).toBeGreaterThan(0);
    expect(refs.defaultBranch).toBe('main');
    const denied = await failureOf(git.listRefs(url(), token, 'contribute', signal));
    expect(denied).toMatchObject({ kind: 'refused', status: 403, code: 'TF401027', operation: 'ask to push' });
    expect(denied.message).toMatch(/^TF401027: You need the Git 'GenericContribute' permission/);
    await devops.addMember(engineering, entitlement.descriptor, contributors?.descriptor ?? '', signal);
    expect((await git.listRefs(url(), token, 'contribute', signal)).refs).toBeGreaterThan(0);
    await devops.setLicense(engineering, entitlement.id, 'stakeholder', signal);
    expect(await failureOf(git.listRefs(url(), token, 'read', signal))).toMatchObject({ code: 'TF401019' });
  });

  test('a user name in the URL is left out, and foreign hosts are not asked', async () => {
    const token = await tokenOf('id-catalog');
    const withUser = url().replace('https://', `https://${engineering}@`);
    expect(await failureOf(outside.ports.git.listRefs(withUser, token, 'read', signal))).toMatchObject({
      code: 'TF401019',
    });
    const foreign = outside.ports.git.listRefs('https://git.example.com/a/_git/b', token, 'read', signal);
    expect(await failureOf(foreign)).toMatchObject({ kind: 'invalid', code: 'EgressRefused', service: 'git' });
  });
});
