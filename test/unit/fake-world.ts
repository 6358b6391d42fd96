import type { Cluster, FederatedCredential, Identity } from '../../lib/model/azure.ts';
import type { Connection, Consumer, Design } from '../../lib/model/connection.ts';
import type { Entitlement } from '../../lib/model/devops.ts';
import type { KubernetesObject } from '../../lib/model/kubernetes.ts';

/** Ids of one small world: a cluster with Argo CD, a subscription, an organisation with a project and a repository. */
export const ids = {
  tenant: '8f2c0000-0000-4000-8000-000000001d40',
  subscription: '11111111-1111-4111-8111-111111111111',
  project: '22222222-2222-4222-8222-222222222222',
  repository: '33333333-3333-4333-8333-333333333333',
  principal: '44444444-4444-4444-8444-444444444444',
  client: '55555555-5555-4555-8555-555555555555',
  kubelet: '66666666-6666-4666-8666-666666666666',
  member: '77777777-7777-6777-8777-777777777777',
  cluster:
    '/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu',
  identity:
    '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-identity-prod/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-checkout',
} as const;
export const issuer = `https://westeurope.oic.prod-aks.azure.com/${ids.tenant}/6a770000-0000-4000-8000-000000004e1b/`;
export const subject = 'system:serviceaccount:argocd:argocd-repo-server';
export const audience = 'api://AzureADTokenExchange';
export const repositoryUrl = 'https://dev.azure.com/contoso-eng/Checkout/_git/checkout-deploy';
export const operator = { oid: '99999999-9999-4999-8999-999999999999', name: 'operator@contoso.example' };

export interface FakeSecret {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly data: Record<string, string>;
  resourceVersion: number;
}
export interface FakeDeployment {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
  readonly templateLabels: Record<string, string>;
  serviceAccount: string;
  readonly image: string;
  replicas: number;
  pod: { name: string; labels: Record<string, string>; environment: Record<string, string>; ready: boolean };
}

/** Everything that the fake services know. Tests change it directly; the ports change it as the real services would. */
export class FakeWorld {
  cluster: Cluster | undefined = {
    id: ids.cluster,
    name: 'aks-prod-weu',
    subscriptionId: ids.subscription,
    subscriptionName: 'Contoso Production',
    resourceGroup: 'rg-aks-prod',
    location: 'westeurope',
    kubernetesVersion: '1.34.2',
    provisioningState: 'Succeeded',
    powerState: 'Running',
    privateCluster: false,
    fqdn: 'aks-prod-weu.hcp.westeurope.azmk8s.io',
    oidcIssuerEnabled: true,
    issuerUrl: issuer,
    workloadIdentityEnabled: true,
    entraIntegrated: true,
    azureRbac: false,
    kubeletObjectId: ids.kubelet,
  };
  otherClusters: Cluster[] = [];
  identity: Identity | undefined;
  credentials: FederatedCredential[] = [];
  entitlement: Entitlement | undefined;
  groupMembers = new Map<string, Set<string>>([
    ['Readers', new Set()],
    ['Contributors', new Set()],
  ]);
  repositoryDisabled = false;
  serviceAccounts = new Map<string, Record<string, string>>([['argocd/argocd-repo-server', {}]]);
  deployments: FakeDeployment[] = [
    {
      name: 'argocd-repo-server',
      namespace: 'argocd',
      labels: { 'app.kubernetes.io/name': 'argocd-repo-server', 'app.kubernetes.io/part-of': 'argocd' },
      templateLabels: { 'app.kubernetes.io/name': 'argocd-repo-server' },
      serviceAccount: 'argocd-repo-server',
      image: 'quay.io/argoproj/argocd:v3.5.1',
      replicas: 1,
      pod: { name: 'argocd-repo-server-1', labels: {}, environment: {}, ready: true },
    },
  ];
  secrets: FakeSecret[] = [
    {
      name: 'repo-checkout-deploy',
      namespace: 'argocd',
      labels: { 'argocd.argoproj.io/secret-type': 'repository' },
      data: { type: 'git', url: repositoryUrl, username: 'x', password: 'a-token-that-nobody-reads' },
      resourceVersion: 1,
    },
  ];
  applications: KubernetesObject[] = [application('checkout', repositoryUrl)];
  applicationSets: KubernetesObject[] = [];
  /** Objects of any other kind. */
  objects: KubernetesObject[] = [];
  /** Object ids that Azure DevOps already knows from Entra. */
  replicated = true;
  readonly writes: string[] = [];

  /** As it is when a connection works. */
  connect(): this {
    this.identity = madeIdentity();
    this.credentials = [credential('aks-prod-weu-argocd-repo-server', { issuer, subject, audience })];
    this.entitlement = member('express');
    this.groupMembers.get('Readers')?.add(this.entitlement.descriptor);
    this.serviceAccounts.set('argocd/argocd-repo-server', {
      'azure.workload.identity/client-id': ids.client,
      'azure.workload.identity/tenant-id': ids.tenant,
    });
    for (const deployment of this.deployments) {
      deployment.templateLabels['azure.workload.identity/use'] = 'true';
      this.restart(deployment);
    }
    for (const { data } of this.secrets) {
      delete data.username;
      delete data.password;
      data.useAzureWorkloadIdentity = 'true';
    }
    return this;
  }

  /** A new pod, injected as the webhook would. */
  restart(deployment: FakeDeployment): void {
    const annotations = this.serviceAccounts.get(`${deployment.namespace}/${deployment.serviceAccount}`) ?? {};
    const opted = deployment.templateLabels['azure.workload.identity/use'] === 'true';
    const clientId = annotations['azure.workload.identity/client-id'];
    const environment: Record<string, string> =
      opted && this.cluster?.workloadIdentityEnabled
        ? {
            ...(clientId ? { AZURE_CLIENT_ID: clientId } : {}),
            AZURE_TENANT_ID: ids.tenant,
            AZURE_FEDERATED_TOKEN_FILE: '/var/run/secrets/azure/wi/token/azure-identity-token',
            AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
          }
        : {};
    deployment.pod = { ...deployment.pod, labels: { ...deployment.templateLabels }, environment };
  }
}

export function madeIdentity(): Identity {
  return {
    id: ids.identity.toLowerCase(),
    name: 'id-checkout',
    subscriptionId: ids.subscription,
    subscriptionName: 'Contoso Production',
    resourceGroup: 'rg-identity-prod',
    location: 'westeurope',
    clientId: ids.client,
    principalId: ids.principal,
    tenantId: ids.tenant,
    tags: {},
  };
}

export function credential(
  name: string,
  trust: { issuer: string; subject?: string; audience: string },
): FederatedCredential {
  return {
    id: `${ids.identity}/federatedIdentityCredentials/${name}`,
    name,
    identityId: ids.identity,
    issuer: trust.issuer,
    ...(trust.subject === undefined ? {} : { subject: trust.subject }),
    audiences: [trust.audience],
  };
}

export function member(license: Entitlement['license']): Entitlement {
  return {
    id: ids.member,
    descriptor: 'aadsp.checkout',
    originId: ids.principal,
    license,
    licenseName: license === 'express' ? 'Basic' : 'Stakeholder',
    status: 'active',
  };
}

export function application(
  name: string,
  repoURL: string,
  conditions: readonly { type: string; message: string; lastTransitionTime?: string }[] = [],
): KubernetesObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: { source: { repoURL } },
    status: { sync: { status: conditions.length > 0 ? 'Unknown' : 'Synced' }, conditions },
  };
}

export const argocdConsumer: Consumer = {
  kind: 'argocd',
  namespace: 'argocd',
  version: '3.5.1',
  installedBy: 'manifest',
  workloads: [
    { role: 'repo-server', deployment: 'argocd-repo-server', serviceAccount: 'argocd-repo-server', access: 'read' },
  ],
  sources: [{ type: 'repository', name: 'repo-checkout-deploy', url: repositoryUrl, signIn: 'pat' }],
};

export function design(change: Partial<Design> = {}): Design {
  return {
    connectionId: 'c1',
    name: 'checkout-gitops',
    revision: 1,
    cluster: {
      id: ids.cluster,
      name: 'aks-prod-weu',
      subscriptionId: ids.subscription,
      resourceGroup: 'rg-aks-prod',
      location: 'westeurope',
    },
    consumers: [argocdConsumer],
    identity: {
      mode: 'new',
      name: 'id-checkout',
      subscriptionId: ids.subscription,
      resourceGroup: 'rg-identity-prod',
      location: 'westeurope',
      tags: {},
    },
    credentials: [
      { namespace: 'argocd', serviceAccount: 'argocd-repo-server', name: 'aks-prod-weu-argocd-repo-server' },
    ],
    devops: {
      organization: 'contoso-eng',
      tenantId: ids.tenant,
      project: { id: ids.project, name: 'Checkout' },
      repositories: [{ id: ids.repository, name: 'checkout-deploy', url: repositoryUrl, access: 'read' }],
      grant: 'project-group',
    },
    tenantId: ids.tenant,
    federationAudience: audience,
    ...change,
  };
}

/** The connection whose answers make `design(change)`. */
export function connectionOf(made: Design): Connection {
  const saved = <Value>(value: Value, basedOn: Record<string, number>) => ({ value, revision: 1, basedOn });
  return {
    id: made.connectionId,
    tenantId: made.tenantId,
    name: made.name,
    revision: made.revision,
    answers: {
      cluster: saved(made.cluster, {}),
      consumers: saved({ consumers: [...made.consumers] }, { cluster: 1 }),
      identity: saved(made.identity, { cluster: 1 }),
      federation: saved({ credentials: made.credentials }, { cluster: 1, consumers: 1, identity: 1 }),
      devops: saved(made.devops, { consumers: 1, identity: 1 }),
    },
    createdBy: operator,
    createdAt: '2026-11-20T09:00:00.000Z',
    updatedAt: '2026-11-20T09:00:00.000Z',
  };
}
