import type { AzureCluster, ClusterAdmin, ClusterObject, World } from '../../core/world.ts';
import { StatusError } from '../embedded/status.ts';
import { capabilities, credentialsFor, methodOf } from './argocd-repository.ts';
import type { Comparisons } from './comparisons.ts';
import { fetchCommit, GitError, listRefs } from './git-client.ts';
import { CredentialError, devopsToken } from './workload-token.ts';

interface Source {
  readonly repoURL: string;
  readonly path?: string;
  readonly targetRevision?: string;
}
interface ApplicationSpec {
  readonly source?: Source;
  readonly sources?: readonly Source[];
  readonly destination: unknown;
}
const refreshAnnotation = 'argocd.argoproj.io/refresh';
const manager = 'argocd-application-controller';

export function isDevopsUrl(world: World, url: string): boolean {
  try {
    const parsed = new URL(url);
    parsed.username = '';
    return (
      parsed.hostname === 'dev.azure.com' ||
      parsed.hostname.endsWith('.visualstudio.com') ||
      parsed.href.startsWith(world.url('dev.azure.com'))
    );
  } catch {
    return false;
  }
}

/** Argo CD of one cluster: every Application is compared when something that it uses changed, when asked, and now and then. */
export async function reconcileArgocd(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  comparisons: Comparisons,
  force: boolean,
): Promise<void> {
  const applications = await admin.list('argoproj.io/v1alpha1', 'Application').catch((error: unknown) => {
    // A cluster without Argo CD does not know the kind.
    if (error instanceof StatusError && error.code === 404) return [];
    throw error;
  });
  for (const [namespace, group] of Map.groupBy(applications, ({ metadata }) => metadata.namespace ?? '')) {
    const pods = await admin.list('v1', 'Pod', namespace);
    const pod = pods.find(
      ({ metadata }) =>
        metadata.labels?.['app.kubernetes.io/component'] === 'repo-server' ||
        metadata.labels?.['app.kubernetes.io/name'] === 'argocd-repo-server',
    );
    const secrets = await admin.list('v1', 'Secret', namespace);
    const used = secrets
      .filter(({ metadata }) => metadata.labels?.['argocd.argoproj.io/secret-type'])
      .map(({ metadata }) => `${metadata.uid}@${metadata.resourceVersion}`);
    for (const application of group) {
      const key = `${cluster.id}/${namespace}/${application.metadata.name}`;
      const fingerprint = JSON.stringify([used, pod?.metadata.uid, application.spec]);
      const last = comparisons.get(key);
      const asked = application.metadata.annotations?.[refreshAnnotation] !== undefined;
      const due = !last || world.clock.now() - last.at >= world.timing.reconcileMs * 10;
      if (!force && !asked && !due && last?.fingerprint === fingerprint) continue;
      comparisons.set(key, { at: world.clock.now(), fingerprint });
      await compareApplication(world, cluster, admin, application, pod, secrets, asked);
    }
  }
}

async function compareApplication(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  application: ClusterObject,
  pod: ClusterObject | undefined,
  secrets: readonly ClusterObject[],
  asked: boolean,
): Promise<void> {
  const { source, sources, destination } = application.spec as unknown as ApplicationSpec;
  const all = sources ?? (source ? [source] : []);
  if (!all.some(({ repoURL }) => isDevopsUrl(world, repoURL))) return;
  const now = new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const before = application.status as
    | {
        conditions?: { type: string; message: string; lastTransitionTime?: string }[];
        health?: { status?: string; lastTransitionTime?: string };
      }
    | undefined;
  const comparedTo = { destination, ...(source ? { source } : { sources }) };
  let status: Record<string, unknown>;
  try {
    const revisions: string[] = [];
    for (const [index, one] of all.entries()) {
      const revision = await manifests(world, cluster, admin, one, pod, secrets).catch((error: unknown) => {
        if (!(error instanceof GitError) && !(error instanceof CredentialError) && !(error instanceof RepositoryError))
          throw error;
        const code = error instanceof RepositoryError ? error.code : 'Unknown';
        throw new RepositoryError(
          code,
          `Failed to load target state: failed to generate manifest for source ${index + 1} of ${all.length}: rpc error: code = ${code} desc = ${error.message}`,
        );
      });
      revisions.push(revision);
    }
    status = {
      sync: { status: 'Synced', comparedTo, ...(source ? { revision: revisions[0] } : { revisions }) },
      health: {
        status: 'Healthy',
        lastTransitionTime: before?.health?.lastTransitionTime ?? now,
      },
      conditions: null,
      sourceType: 'Kustomize',
      reconciledAt: now,
    };
  } catch (error) {
    if (!(error instanceof RepositoryError)) throw error;
    const known = before?.conditions?.find(
      ({ type, message }) => type === 'ComparisonError' && message === error.message,
    );
    status = {
      sync: { status: 'Unknown', comparedTo, revision: null, revisions: null },
      health: before?.health ?? { status: 'Healthy', lastTransitionTime: now },
      conditions: [
        { type: 'ComparisonError', message: error.message, lastTransitionTime: known?.lastTransitionTime ?? now },
      ],
      reconciledAt: now,
    };
  }
  const { namespace, name } = application.metadata;
  await admin.patch(
    'argoproj.io/v1alpha1',
    'Application',
    namespace,
    name,
    { ...(asked ? { metadata: { annotations: { [refreshAnnotation]: null } } } : {}), status },
    manager,
  );
}

class RepositoryError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the repo-server does for one source; the commit that it rendered. */
async function manifests(
  world: World,
  cluster: AzureCluster,
  admin: ClusterAdmin,
  source: Source,
  pod: ClusterObject | undefined,
  secrets: readonly ClusterObject[],
): Promise<string> {
  if (!pod)
    throw new RepositoryError(
      'Unavailable',
      'connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.81:8081: connect: connection refused"',
    );
  const [container] = (pod.spec as { containers: { image: string }[] }).containers;
  const release = capabilities(container?.image ?? '');
  const credentials = credentialsFor(secrets, source.repoURL, release.workloadIdentity);
  const method = methodOf(credentials);
  const wrapped = (message: string) => `failed to list refs: ${message}`;
  let authorization: string | undefined;
  if (credentials && method === 'password')
    authorization = `Basic ${Buffer.from(`${credentials.username || 'x-access-token'}:${credentials.password}`).toString('base64')}`;
  if (credentials && method === 'bearer') authorization = `Bearer ${credentials.bearerToken}`;
  if (method === 'workload-identity') {
    try {
      authorization = `Bearer ${await devopsToken(world, cluster, admin, pod)}`;
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      throw new RepositoryError(
        'Unknown',
        wrapped(`failed to get access token from creds: failed to get Azure access token: ${error.message}`),
      );
    }
  }
  const refs = await listRefs(world, source.repoURL, authorization).catch((error: unknown) => {
    throw error instanceof GitError ? new RepositoryError('Unknown', wrapped(error.message)) : error;
  });
  const target = source.targetRevision || 'HEAD';
  const commit =
    refs.get(target) ??
    refs.get(`refs/heads/${target}`) ??
    refs.get(`refs/tags/${target}`) ??
    (/^[0-9a-f]{40}$/.test(target) ? target : undefined);
  if (!commit) throw new RepositoryError('Unknown', `unable to resolve '${target}' to a commit SHA`);
  // Before 3.0.13 and 3.1.1 the bearer reached the reference listing but not the git command line.
  const onFetch = method === 'workload-identity' && !release.bearerOnFetch ? undefined : authorization;
  await fetchCommit(world, source.repoURL, commit, onFetch).catch((error: unknown) => {
    throw error instanceof GitError
      ? new RepositoryError('Internal', `Failed to fetch default: ${error.message}`)
      : error;
  });
  return commit;
}
