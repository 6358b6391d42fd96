import type {
  AzureCluster,
  AzureCredential,
  AzureIdentity,
  ClusterAdmin,
  ClusterBackend,
  ClusterObject,
  DevopsGroup,
  DevopsMember,
  DevopsOrganization,
  World,
} from '../core/world.ts';

/** Which connection a scenario acts on. */
export interface ScenarioOptions {
  /** Name of the cluster. Default: the one whose workload was federated last. */
  readonly cluster?: string;
}

/** One workload's chain as it stands in the world. */
export interface Connection {
  readonly cluster: AzureCluster;
  readonly backend: ClusterBackend;
  readonly identity: AzureIdentity;
  readonly credential: AzureCredential;
  readonly namespace: string;
  readonly serviceAccount: string;
}
const subjectPattern = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** The federated workload of a running cluster whose service account exists there; the newest credential first. */
export async function findConnection(world: World, { cluster: wanted }: ScenarioOptions = {}): Promise<Connection> {
  const found: Connection[] = [];
  for (const identity of world.azure.identities.values())
    for (const credential of identity.credentials) {
      const [, namespace, serviceAccount] = subjectPattern.exec(credential.subject ?? '') ?? [];
      const cluster = [...world.azure.clusters.values()].find(({ issuerUrl }) => issuerUrl === credential.issuer);
      const backend = cluster && world.kubernetes.get(cluster.id.toLowerCase());
      if (!namespace || !serviceAccount || !cluster || !backend || (wanted && cluster.name !== wanted)) continue;
      if (await backend.admin.get('v1', 'ServiceAccount', namespace, serviceAccount))
        found.push({ cluster, backend, identity, credential, namespace, serviceAccount });
    }
  const [newest] = found.sort((left, right) => right.credential.writtenAt - left.credential.writtenAt);
  if (!newest) throw new Error(`no workload ${wanted ? `of ${wanted} ` : ''}is federated with an identity`);
  return newest;
}

/** The API server of a cluster, for what is mended later: maybe after a restart. */
export function adminOf(world: World, cluster: AzureCluster): ClusterAdmin {
  const backend = world.kubernetes.get(cluster.id.toLowerCase());
  if (!backend) throw new Error(`${cluster.name} does not run`);
  return backend.admin;
}

/** Deployments whose pods run as the connection's service account. */
export async function deploymentsOf(
  admin: ClusterAdmin,
  { namespace, serviceAccount }: Pick<Connection, 'namespace' | 'serviceAccount'>,
): Promise<ClusterObject[]> {
  const deployments = await admin.list('apps/v1', 'Deployment', namespace);
  return deployments.filter(({ spec }) => {
    const pod = (spec as { template: { spec: { serviceAccountName?: string } } }).template.spec;
    return pod.serviceAccountName === serviceAccount;
  });
}

export interface Membership {
  readonly organization: DevopsOrganization;
  readonly member: DevopsMember;
  /** Groups that hold the member directly. */
  readonly groups: readonly DevopsGroup[];
}

/** Where the connection's identity is a member; the newest membership first. */
export function findMembership(world: World, { identity }: Connection): Membership {
  const found = [...world.devops.organizations.values()].flatMap((organization) =>
    organization.members
      .filter(({ originId }) => originId.toLowerCase() === identity.principalId.toLowerCase())
      .map((member) => ({ organization, member })),
  );
  const [newest] = found.sort((left, right) => right.member.addedAt - left.member.addedAt);
  if (!newest) throw new Error(`${identity.name} is a member of no organisation`);
  const groups = newest.organization.groups.filter(({ members }) => members.has(newest.member.descriptor));
  return { ...newest, groups };
}
