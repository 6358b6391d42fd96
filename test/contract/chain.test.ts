import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterId, productionSubscription } from '../emulator/world/azure.ts';
import { organizations, projects, repositories } from '../emulator/world/devops.ts';
import { contosoTenantId } from '../emulator/world/directory.ts';
import { failureOf, type Outside, startOutside } from './outside.ts';

const signal = AbortSignal.timeout(120_000);
const organization = organizations.engineering;
const account = { namespace: 'argocd', name: 'argocd-repo-server' };
let outside: Outside;
beforeAll(async () => {
  outside = await startOutside({
    seed: 'demo',
    timing: { latencyMs: 0, principalReplicationMs: 0, credentialPropagationMs: 0, devopsConsistencyMs: 0 },
  });
});
afterAll(() => outside?.emulator.stop());

test('from a service account to a repository, without any secret', async () => {
  const { arm, devops, devopsAs, entra, git, kubernetes, cloud } = outside.ports;
  const clusterPorts = await kubernetes({ id: clusterId('aks-prod-weu') });
  const audience = cloud.federationAudience;
  const { token: assertion, claims } = await clusterPorts.requestToken(account, audience, 600, signal);
  const { identity } = await arm.createIdentity(
    {
      subscriptionId: productionSubscription.id,
      resourceGroup: 'rg-identity-prod',
      name: 'id-chain',
      location: 'westeurope',
      tags: {},
    },
    signal,
  );
  const exchange = () =>
    entra.exchange(
      {
        tenantId: contosoTenantId,
        clientId: identity.clientId,
        scope: `${cloud.devops.resourceId}/.default`,
        assertion,
      },
      signal,
    );

  // Nothing trusts the cluster yet.
  expect(await failureOf(exchange())).toMatchObject({ service: 'entra', kind: 'refused' });
  await arm.putCredential(
    identity.id,
    'argocd-repo-server',
    { issuer: claims.issuer, subject: claims.subject, audience },
    signal,
  );
  const token = await exchange();

  // Entra vouches for the identity, Azure DevOps does not know it.
  const workload = devopsAs(token);
  expect(await failureOf(workload.whoAmI(organization, signal))).toMatchObject({ code: 'TF401444' });
  const { entitlement } = await devops.addServicePrincipal(organization, identity.principalId, 'express', signal);
  expect((await workload.whoAmI(organization, signal)).id).toBe(entitlement.id);

  // A member without a group sees no project.
  const project = await devops.getProject(organization, projects.checkout, signal);
  if (!project) throw new Error('no project');
  expect(await workload.getProject(organization, project.id, signal)).toBeUndefined();
  const readers = await devops.findProjectGroup(organization, project.id, 'Readers', signal);
  await devops.addMember(organization, entitlement.descriptor, readers?.descriptor ?? '', signal);
  const repository = await workload.getRepository(organization, project.id, repositories.checkoutDeploy, signal);
  const refs = await git.listRefs(repository?.url ?? '', token, 'read', signal);
  expect(refs).toMatchObject({ defaultBranch: 'main' });
  expect(refs.refs).toBeGreaterThan(0);

  await arm.deleteCredential(identity.id, 'argocd-repo-server', signal);
  expect(await failureOf(exchange())).toMatchObject({ service: 'entra', kind: 'refused' });
});
