import { describe, expect, it } from 'vitest';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import { makePlan } from '../../../lib/setup/plan.ts';
import { parseRight, permits } from '../../../lib/setup/preflight.ts';
import {
  completeDesign,
  nextStep,
  stepStatuses,
  suggestCredentialName,
  suggestCredentials,
  withAnswer,
} from '../../../lib/setup/steps.ts';
import { validateAnswer } from '../../../lib/setup/validate.ts';
import { fakePorts, refused } from '../fake-ports.ts';
import { argocdConsumer, connectionOf, design, FakeWorld, ids } from '../fake-world.ts';

const { signal } = new AbortController();
const connection = connectionOf(design());

describe('steps', () => {
  it('locks what has nothing to build on', () => {
    expect(stepStatuses({ answers: {} })).toEqual({
      cluster: 'open',
      consumers: 'locked',
      identity: 'locked',
      federation: 'locked',
      devops: 'locked',
      review: 'locked',
      apply: 'locked',
      verify: 'locked',
    });
    expect(nextStep({ answers: {} })).toBe('cluster');
  });

  it('is complete when every answer stands', () => {
    expect(stepStatuses(connection)).toMatchObject({ devops: 'done', review: 'open', verify: 'open' });
    expect(completeDesign(connection, builtInClouds.public)).toEqual({ design: design() });
    expect(nextStep(connection)).toBe('review');
  });

  it('makes stale, never deletes, what was given against an earlier answer, and lets it be confirmed', () => {
    const { cluster, consumers } = connection.answers;
    if (!cluster || !consumers) throw new Error('no answers');
    const moved = withAnswer(connection.answers, 'cluster', { ...cluster.value, name: 'aks-prod-neu' });
    expect(stepStatuses({ answers: moved })).toMatchObject({
      cluster: 'done',
      consumers: 'stale',
      devops: 'stale',
      review: 'locked',
    });
    expect(moved.consumers).toBe(consumers);
    const confirmed = withAnswer(moved, 'consumers', consumers.value);
    expect(stepStatuses({ answers: confirmed })).toMatchObject({ consumers: 'done', identity: 'stale' });
    expect(completeDesign({ ...connection, answers: moved }, builtInClouds.public)).toEqual({
      missing: ['consumers', 'identity', 'federation', 'devops'],
    });
  });

  it('changes nothing when the same value is saved again', () => {
    const { cluster } = connection.answers;
    if (!cluster) throw new Error('no answer');
    expect(stepStatuses({ answers: withAnswer(connection.answers, 'cluster', cluster.value) })).toMatchObject({
      review: 'open',
    });
  });

  it('suggests names that keep the rules', () => {
    expect(suggestCredentialName('aks-prod-weu', 'argocd-repo-server')).toBe('aks-prod-weu-argocd-repo-server');
    expect(suggestCredentialName('a'.repeat(100), 'b'.repeat(100))).toHaveLength(120);
    expect(suggestCredentialName('-a.b', 'c.d')).toBe('a-b-c-d');
    expect(
      suggestCredentials('c1', [argocdConsumer, { ...argocdConsumer, namespace: 'second' }]).map(({ name }) => name),
    ).toEqual(['c1-argocd-repo-server', 'c1-second-argocd-repo-server']);
  });
});

describe('preflight', () => {
  it.each([
    [['*'], [], true],
    [['Microsoft.ManagedIdentity/*'], [], true],
    [['microsoft.managedidentity/userassignedidentities/write'], [], true],
    [['*/read'], [], false],
    [['*'], ['Microsoft.ManagedIdentity/*/write'], false],
    [['Microsoft.ManagedIdentity/userAssignedIdentities/writeAll'], [], false],
  ])('%j without %j: %s', (actions, notActions, held) =>
    expect(permits({ actions, notActions }, 'Microsoft.ManagedIdentity/userAssignedIdentities/write')).toBe(held),
  );

  it('reads rights as kubectl writes them', () => {
    expect(parseRight('patch deployments.apps')).toEqual({ verb: 'patch', resource: 'deployments', group: 'apps' });
    expect(parseRight('create serviceaccounts/token')).toEqual({
      verb: 'create',
      resource: 'serviceaccounts',
      group: '',
      subresource: 'token',
    });
  });

  it('says unknown where the service does not answer the question', async () => {
    const ports = fakePorts(new FakeWorld());
    ports.fail('arm.listPermissions', refused('arm', 'AuthorizationFailed', 'no'));
    const plan = await makePlan(ports, design(), signal);
    const held = plan.changes.flatMap(({ rights }) => rights.map((right) => right.held));
    expect(held).toContain('unknown');
    expect(held).toContain('yes');
    expect(held).not.toContain('no');
  });

  it('blocks what could not be read, and what builds on it', async () => {
    const ports = fakePorts(new FakeWorld());
    ports.fail(
      'arm.getIdentity',
      refused('arm', 'AuthorizationFailed', "does not have authorization to perform action 'a' over scope 's' or"),
    );
    const plan = await makePlan(ports, design(), signal);
    const codeOf = (change: string) => {
      const verdict = plan.changes.find((each) => each.change === change)?.verdict;
      return verdict?.state === 'blocked' ? verdict.problem.code : verdict?.state;
    };
    expect(codeOf('identity')).toBe('azure/forbidden');
    expect(codeOf('federated-credential')).toBe('setup/not-read');
    expect(codeOf('devops-membership')).toBe('setup/not-read');
    expect(codeOf('cluster-oidc-issuer')).toBe('right');
  });
});

describe('validateAnswer', () => {
  const { devops } = design();
  const codeOf = async (change: Partial<typeof devops>) => {
    const result = await validateAnswer(
      fakePorts(new FakeWorld()),
      'devops',
      { ...devops, ...change },
      connection.answers,
      signal,
    );
    return result.ok ? result.value : result.problem.code;
  };

  it('takes names and addresses from the services, not from the browser', async () => {
    const forged = devops.repositories.map((each) => ({ ...each, url: 'https://evil.example/_git/x', name: 'x' }));
    expect(await codeOf({ repositories: forged })).toEqual(devops);
  });
  it('tells a missing organisation from one without Entra ID', async () => {
    expect(await codeOf({ organization: 'no-such' })).toBe('devops/organization-missing');
    expect(await codeOf({ organization: 'contoso-legacy' })).toBe('devops/organization-not-entra');
  });
  it('refuses a repository that is not listed', async () => {
    expect(await codeOf({ repositories: devops.repositories.map((each) => ({ ...each, id: ids.project })) })).toBe(
      'devops/repository-missing',
    );
  });
  it('refuses an Argo CD below the gate', async () => {
    const world = new FakeWorld();
    world.deployments = world.deployments.map((each) => ({ ...each, image: 'quay.io/argoproj/argocd:v3.0.5' }));
    const result = await validateAnswer(
      fakePorts(world),
      'consumers',
      { consumers: [argocdConsumer] },
      connection.answers,
      signal,
    );
    expect(result).toMatchObject({ ok: false, problem: { code: 'argocd/version-fetch' } });
  });
  it('refuses a resource group or region that is not there', async () => {
    const { identity } = design();
    if (identity.mode !== 'new') throw new Error('a new identity is designed');
    const check = (change: Partial<typeof identity>) =>
      validateAnswer(fakePorts(new FakeWorld()), 'identity', { ...identity, ...change }, {}, signal);
    expect(await check({})).toEqual({ ok: true, value: identity });
    expect(await check({ resourceGroup: 'rg-none' })).toMatchObject({
      ok: false,
      problem: { code: 'setup/answer-invalid' },
    });
    expect(await check({ location: 'moon' })).toMatchObject({ ok: false });
  });
});
