import type { AzureCluster, AzureCredential, AzureIdentity, World } from '../core/world.ts';
import { grantRole } from './azure-roles.ts';
import { guid } from './guid.ts';

export const federationAudience = 'api://AzureADTokenExchange';
export const contosoDomain = 'contoso.example';

export const productionSubscription = { id: guid('subscription/production'), name: 'Contoso Production' };
export const developmentSubscription = { id: guid('subscription/development'), name: 'Contoso Development' };

interface ClusterSeed {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly version: string;
  readonly oidcIssuer: boolean;
  readonly workloadIdentity: boolean;
  readonly private?: boolean;
  readonly stopped?: boolean;
  readonly tags: Record<string, string>;
}
const on = { oidcIssuer: true, workloadIdentity: true };
const production = productionSubscription.id;
const development = developmentSubscription.id;

const clusterSeeds = {
  'aks-prod-weu': {
    subscriptionId: production,
    resourceGroup: 'rg-aks-prod',
    location: 'westeurope',
    version: '1.34.2',
    ...on,
    tags: { environment: 'production', owner: 'platform' },
  },
  'aks-prod-neu': {
    subscriptionId: production,
    resourceGroup: 'rg-aks-prod',
    location: 'northeurope',
    version: '1.33.5',
    ...on,
    tags: { environment: 'production', owner: 'platform' },
  },
  'aks-stage-weu': {
    subscriptionId: development,
    resourceGroup: 'rg-aks-stage',
    location: 'westeurope',
    version: '1.33.5',
    oidcIssuer: false,
    workloadIdentity: false,
    tags: { environment: 'staging', owner: 'checkout' },
  },
  'aks-tools-weu': {
    subscriptionId: production,
    resourceGroup: 'rg-aks-tools',
    location: 'westeurope',
    version: '1.34.2',
    ...on,
    tags: { environment: 'tools', owner: 'platform' },
  },
  'aks-lab-swc': {
    subscriptionId: development,
    resourceGroup: 'rg-aks-lab',
    location: 'swedencentral',
    version: '1.32.9',
    ...on,
    private: true,
    tags: { environment: 'lab' },
  },
  'aks-dr-neu': {
    subscriptionId: production,
    resourceGroup: 'rg-aks-dr',
    location: 'northeurope',
    version: '1.33.5',
    ...on,
    stopped: true,
    tags: { environment: 'recovery', owner: 'platform' },
  },
} as const satisfies Record<string, ClusterSeed>;
export type ClusterName = keyof typeof clusterSeeds;
export const clusterNames = Object.keys(clusterSeeds) as ClusterName[];

/** ARM id of a seeded cluster as AKS spells it. `world.azure` and `world.kubernetes` are keyed by its lower-case form. */
export function clusterId(name: ClusterName): string {
  const { subscriptionId, resourceGroup } = clusterSeeds[name];
  return `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ContainerService/managedClusters/${name}`;
}
export const clusterIds = Object.fromEntries(clusterNames.map((name) => [name, clusterId(name)])) as Record<
  ClusterName,
  string
>;
export function issuerUrl(name: ClusterName, tenantId: string): string {
  return `https://${clusterSeeds[name].location}.oic.prod-aks.azure.com/${tenantId}/${guid(`issuer/${name}`)}/`;
}

export function identityId(subscriptionId: string, resourceGroup: string, name: string): string {
  return `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

const resourceGroups = [
  [production, 'rg-aks-prod', 'westeurope'],
  [production, 'rg-aks-tools', 'westeurope'],
  [production, 'rg-aks-dr', 'northeurope'],
  [production, 'rg-identity-prod', 'westeurope'],
  [production, 'rg-identity-shared', 'westeurope'],
  [development, 'rg-aks-stage', 'westeurope'],
  [development, 'rg-aks-lab', 'swedencentral'],
  [development, 'rg-identity-dev', 'westeurope'],
] as const;
/** Here the operator is Reader only, so that a missing right has something to show. */
export const readOnlyResourceGroup = 'rg-identity-shared';

export function seedAzure(world: World): void {
  const tenant = world.directory.tenants.find(({ domain }) => domain === contosoDomain);
  if (!tenant) throw new Error(`Seed the directory first: no tenant ${contosoDomain}`);
  for (const { id, name } of [productionSubscription, developmentSubscription])
    world.azure.subscriptions.push({ id, tenantId: tenant.id, name, state: 'Enabled' });
  for (const [subscriptionId, name, location] of resourceGroups)
    addResourceGroup(world, subscriptionId, name, location);
  for (const name of clusterNames) seedCluster(world, name, tenant.id);
  seedIdentities(world, tenant.id);
  seedGrants(world, (upn) => tenant.users.find((user) => user.upn === upn)?.oid);
}

function addResourceGroup(world: World, subscriptionId: string, name: string, location: string): void {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
  world.azure.resourceGroups.set(id.toLowerCase(), { id, name, subscriptionId, location, tags: {} });
}

/** Also what a scenario calls to add an identity while the world runs. */
export function addIdentity(
  world: World,
  place: { subscriptionId: string; resourceGroup: string; name: string; location: string; tenantId: string },
  credentials: readonly { name: string; issuer: string; subject: string; audience?: string }[] = [],
  tags: Record<string, string> = {},
): AzureIdentity {
  // Seeded credentials are old: Entra must not treat them as still propagating.
  const writtenAt = world.clock.now() - 90 * 86_400_000;
  const identity: AzureIdentity = {
    id: identityId(place.subscriptionId, place.resourceGroup, place.name),
    ...place,
    clientId: guid(`client/${place.name}`),
    principalId: guid(`principal/${place.name}`),
    tags,
    createdAt: writtenAt,
    credentials: credentials.map(
      ({ name, issuer, subject, audience }): AzureCredential => ({
        name,
        issuer,
        subject,
        audiences: [audience ?? federationAudience],
        writtenAt,
      }),
    ),
  };
  world.azure.identities.set(identity.id.toLowerCase(), identity);
  return identity;
}

function seedCluster(world: World, name: ClusterName, tenantId: string): void {
  const seed: ClusterSeed = clusterSeeds[name];
  const nodeGroup = `MC_${seed.resourceGroup}_${name}_${seed.location}`;
  addResourceGroup(world, seed.subscriptionId, nodeGroup, seed.location);
  const kubelet = addIdentity(world, {
    subscriptionId: seed.subscriptionId,
    resourceGroup: nodeGroup,
    name: `${name}-agentpool`,
    location: seed.location,
    tenantId,
  });
  const prefix = `${name}-${guid(`dns/${name}`).slice(0, 8)}`;
  const cluster: AzureCluster = {
    id: clusterId(name),
    name,
    subscriptionId: seed.subscriptionId,
    resourceGroup: seed.resourceGroup,
    location: seed.location,
    kubernetesVersion: seed.version,
    // A private cluster without public DNS name has its private one only.
    fqdn: seed.private
      ? `${prefix}.${guid(`privatelink/${name}`)}.privatelink.${seed.location}.azmk8s.io`
      : `${prefix}.hcp.${seed.location}.azmk8s.io`,
    privateCluster: seed.private ?? false,
    powerState: seed.stopped ? 'Stopped' : 'Running',
    provisioningState: 'Succeeded',
    oidcIssuerEnabled: seed.oidcIssuer,
    issuerUrl: issuerUrl(name, tenantId),
    workloadIdentityEnabled: seed.workloadIdentity,
    kubelet: { clientId: kubelet.clientId, objectId: kubelet.principalId, resourceId: kubelet.id },
    eTag: guid(`etag/${name}`),
    tags: { ...seed.tags },
    properties: {
      dnsPrefix: name,
      nodeResourceGroup: nodeGroup,
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: false, adminGroupObjectIDs: null, tenantID: tenantId },
    },
  };
  world.azure.clusters.set(cluster.id.toLowerCase(), cluster);
}

function seedIdentities(world: World, tenantId: string): void {
  const inProduction = { subscriptionId: production, location: 'westeurope', tenantId };
  const inDevelopment = { ...inProduction, subscriptionId: development };
  const subject = (namespace: string, account: string) => `system:serviceaccount:${namespace}:${account}`;
  const issuer = (name: ClusterName) => issuerUrl(name, tenantId);
  // A cluster that no longer exists: its issuer is still trusted.
  const goneIssuer = `https://northeurope.oic.prod-aks.azure.com/${tenantId}/${guid('issuer/aks-old-neu')}/`;
  const repoServer = subject('argocd', 'argocd-repo-server');
  /** `count` teams' deployers, spread over two clusters: an identity that many share. */
  const shared = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `team-${String(index + 1).padStart(2, '0')}-deployer`,
      issuer: issuer(index % 2 === 0 ? 'aks-prod-weu' : 'aks-prod-neu'),
      subject: subject(`team-${String(index + 1).padStart(2, '0')}`, 'deployer'),
    }));
  addIdentity(
    world,
    { ...inProduction, resourceGroup: 'rg-identity-prod', name: 'id-argocd-neu' },
    [{ name: 'aks-prod-neu-argocd-repo-server', issuer: issuer('aks-prod-neu'), subject: repoServer }],
    { owner: 'platform' },
  );
  addIdentity(
    world,
    { ...inProduction, resourceGroup: 'rg-identity-prod', name: 'id-argocd-tools' },
    [{ name: 'aks-tools-weu-argocd-repo-server', issuer: issuer('aks-tools-weu'), subject: repoServer }],
    { owner: 'platform' },
  );
  addIdentity(world, { ...inProduction, resourceGroup: 'rg-identity-prod', name: 'id-flux-legacy' }, [
    { name: 'aks-old-neu-source-controller', issuer: goneIssuer, subject: subject('flux-system', 'source-controller') },
    {
      name: 'aks-prod-neu-source-controller',
      issuer: issuer('aks-prod-neu'),
      subject: subject('flux-system', 'source-controller'),
    },
  ]);
  addIdentity(world, { ...inProduction, resourceGroup: 'rg-identity-prod', name: 'id-catalog' }, shared(19), {
    owner: 'catalog',
  });
  addIdentity(world, { ...inProduction, resourceGroup: readOnlyResourceGroup, name: 'id-flux-shared' }, shared(20), {
    owner: 'platform',
  });
  addIdentity(world, { ...inProduction, resourceGroup: readOnlyResourceGroup, name: 'id-partner-sync' });
  addIdentity(world, { ...inDevelopment, resourceGroup: 'rg-identity-dev', name: 'id-flux-lab' }, [
    {
      name: 'aks-lab-swc-source-controller',
      issuer: issuer('aks-lab-swc'),
      subject: subject('flux-system', 'source-controller'),
    },
  ]);
  addIdentity(world, { ...inDevelopment, resourceGroup: 'rg-identity-dev', name: 'id-web-deploy' }, [
    {
      name: 'github-main',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'repo:contoso/web:ref:refs/heads/main',
    },
  ]);
}

function seedGrants(world: World, oidOf: (upn: string) => string | undefined): void {
  const operator = oidOf(`operator@${contosoDomain}`);
  const auditor = oidOf(`auditor@${contosoDomain}`);
  if (!operator || !auditor) throw new Error('The directory has no operator or no auditor.');
  const scope = (subscriptionId: string, group?: string) =>
    `/subscriptions/${subscriptionId}${group ? `/resourceGroups/${group}` : ''}`;
  // Roles add up downwards in Azure: one read-only group means that the subscription itself grants reading only.
  world.azure.grants.push(
    grantRole(operator, 'Reader', scope(production)),
    ...resourceGroups
      .filter(([subscriptionId, name]) => subscriptionId === production && name !== readOnlyResourceGroup)
      .map(([, name]) => grantRole(operator, 'Contributor', scope(production, name))),
    grantRole(operator, 'Contributor', scope(development)),
    grantRole(operator, 'Azure Kubernetes Service RBAC Admin', scope(production)),
    grantRole(operator, 'Azure Kubernetes Service RBAC Admin', scope(development)),
    grantRole(auditor, 'Reader', scope(production)),
  );
}
