import type { ClusterObject, World } from '../core/world.ts';
import { addMember, findGroup, findProject } from '../devops/model.ts';
import { createNamespace } from './argocd.ts';
import {
  addIdentity,
  type ClusterName,
  clusterId,
  contosoDomain,
  developmentSubscription,
  identityId,
  issuerUrl,
  productionSubscription,
} from './azure.ts';
import { grantRole } from './azure-roles.ts';
import { organizations, projects } from './devops.ts';
import { fabrikamTenantId, users } from './directory.ts';
import { guid } from './guid.ts';

const subject = (namespace: string, account: string) => `system:serviceaccount:${namespace}:${account}`;

/** What years of projects leave behind: one trust of each bad kind, and one that is as it should be. */
export async function seedAudit(world: World): Promise<void> {
  const tenantId = world.directory.tenants.find(({ domain }) => domain === contosoDomain)?.id;
  if (!tenantId) throw new Error('Seed the directory first.');
  seedTrusts(world, tenantId);
  seedMembers(world);
  await seedWorkloads(world);
  // Written while the world is made, by nobody.
  world.ledger.clear();
}

function seedTrusts(world: World, tenantId: string): void {
  const inProduction = {
    subscriptionId: productionSubscription.id,
    resourceGroup: 'rg-identity-prod',
    location: 'westeurope',
    tenantId,
  };
  const inDevelopment = {
    ...inProduction,
    subscriptionId: developmentSubscription.id,
    resourceGroup: 'rg-identity-dev',
  };
  const issuer = (name: ClusterName) => issuerUrl(name, tenantId);
  const add = (name: string, ...credentials: Parameters<typeof addIdentity>[2] & object) =>
    addIdentity(world, { ...inProduction, name }, credentials);
  add('id-web-preview', {
    name: 'deploy-preview',
    issuer: 'https://contoso-preview-idp.azurewebsites.net',
    subject: 'repo:web:preview',
  });
  add('id-build-bridge', {
    name: 'build-bridge',
    issuer: 'https://login.builds.contoso.example/',
    subject: 'pipeline:release',
  });
  add('id-agents-tools', {
    name: 'tools-agent',
    issuer: issuer('aks-tools-weu'),
    subject: subject('agents', 'default'),
  });
  add('id-billing', {
    name: 'billing-reports',
    issuer: issuer('aks-tools-weu').replace(/\/$/, ''),
    subject: subject('reports', 'billing-reports'),
  });
  add('id-reports', {
    name: 'reports-export',
    issuer: issuer('aks-tools-weu'),
    subject: subject('reports', 'reports-export'),
  });
  add('id-terraform', {
    name: 'infrastructure-main',
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:contoso/infrastructure:ref:refs/heads/main',
  });
  add('id-release', {
    name: 'release-service-connection',
    issuer: `https://vstoken.dev.azure.com/${guid('organization/contoso-eng')}`,
    subject: 'sc://contoso-eng/Checkout/azure-production',
  });
  add('id-identity-binding', {
    name: 'aks-identity-binding',
    issuer: `https://ib.oic.prod-aks.azure.com/${tenantId}/${guid('client/id-identity-binding')}`,
    subject: 'aks-identity-binding',
  });
  add('id-handbook', {
    name: 'handbook-sync',
    issuer: issuer('aks-tools-weu'),
    subject: subject('handbook', 'handbook-sync'),
  });
  add('id-retired-sync');
  addIdentity(world, { ...inDevelopment, name: 'id-image-lab' }, [
    {
      name: 'lab-image-automation',
      issuer: issuer('aks-lab-swc'),
      subject: subject('argocd', 'argocd-repo-server'),
      audience: 'api://ImageAutomation',
    },
  ]);
  const preview = addIdentity(world, { ...inDevelopment, name: 'id-pull-requests' }, [
    {
      name: 'any-pull-request',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: '',
    },
  ]).credentials[0];
  if (!preview) throw new Error('The credential was not added.');
  delete preview.subject;
  preview.claimsMatchingExpression = {
    value: "claims['sub'] matches 'repo:contoso/*:pull_request'",
    languageVersion: 1,
  };
  const partner = world.azure.identities.get(
    identityId(productionSubscription.id, 'rg-identity-shared', 'id-partner-sync').toLowerCase(),
  );
  partner?.credentials.push({
    name: 'aks-partner-sync',
    issuer: `https://westus2.oic.prod-aks.azure.com/${fabrikamTenantId}/${guid('issuer/aks-partner')}/`,
    subject: subject('sync', 'deployment-sync'),
    audiences: ['api://AzureADTokenExchange'],
    writtenAt: world.clock.now() - 90 * 86_400_000,
  });
  world.azure.grants.push(
    grantRole(guid('principal/id-terraform'), 'Contributor', `/subscriptions/${productionSubscription.id}`),
    // The auditor reads what is in the tools cluster; the others end at Azure's own view of them.
    grantRole(
      users.auditor.oid,
      'Azure Kubernetes Service Cluster User Role',
      `/subscriptions/${productionSubscription.id}/resourceGroups/rg-aks-tools`,
    ),
  );
}

function seedMembers(world: World): void {
  const organization = world.devops.organizations.get(organizations.engineering);
  if (!organization) throw new Error('Seed Azure DevOps first.');
  const enrol = (
    name: string,
    role: 'readers' | 'contributors' | 'project-administrators' | undefined,
    project: string,
  ) => {
    const principalId = guid(`principal/${name}`);
    const member = addMember(organization, {
      kind: 'servicePrincipal',
      originId: principalId,
      displayName: name,
      principalName: principalId,
      license: 'express',
      addedAt: 0,
    });
    if (role)
      findGroup(organization, role, findProject(organization, project)).members.set(member.descriptor, { since: 0 });
  };
  enrol('id-handbook', 'readers', projects.catalog);
  enrol('id-release', 'project-administrators', projects.checkout);
  enrol('id-flux-legacy', 'contributors', projects.catalog);
  enrol('id-partner-sync', 'readers', projects.fulfilment);
  enrol('id-retired-sync', 'readers', projects.checkout);
}

async function seedWorkloads(world: World): Promise<void> {
  const admin = world.kubernetes.get(clusterId('aks-tools-weu').toLowerCase())?.admin;
  if (!admin) return;
  for (const namespace of ['handbook', 'reports']) await createNamespace(admin, namespace);
  const account = (namespace: string, name: string, clientId?: string): ClusterObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name,
      namespace,
      ...(clientId ? { annotations: { 'azure.workload.identity/client-id': clientId } } : {}),
    },
  });
  const objects = [
    account('handbook', 'handbook-sync', guid('client/id-handbook')),
    deployment('handbook', 'handbook-sync', true),
    account('reports', 'billing-reports', guid('client/id-billing')),
    deployment('reports', 'billing-reports', true),
    account('reports', 'reports-export'),
    deployment('reports', 'reports-export', false),
  ];
  for (const object of objects) await admin.put(object, 'kubectl-client-side-apply');
}

function deployment(namespace: string, name: string, labelled: boolean): ClusterObject {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, ...(labelled ? { 'azure.workload.identity/use': 'true' } : {}) } },
        spec: {
          serviceAccountName: name,
          containers: [{ name: 'main', image: `registry.contoso.example/${name}:1.4.0` }],
        },
      },
    },
  };
}
