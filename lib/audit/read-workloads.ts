import pLimit from 'p-limit';
import type { AuditRow, NotVisible, Read, ServiceAccountFacts } from '../model/audit.ts';
import { type Cluster, sameArmId } from '../model/azure.ts';
import { type KubernetesObject, workloadIdentity } from '../model/kubernetes.ts';
import type { Kubernetes, Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';

const clustersSideBySide = 6;
const namespacesSideBySide = 6;
const clusterBudgetMs = 60_000;

/** Facts by `cluster id / namespace / name`, all lower-case. */
export type AccountFacts = ReadonlyMap<string, Read<ServiceAccountFacts>>;
export const accountKey = (clusterId: string, namespace: string, name: string) =>
  `${clusterId.toLowerCase()} ${namespace}/${name}`;

/** Asks each cluster about the service accounts that credentials name. A cluster that cannot be asked makes its rows unknown. */
export async function readWorkloads(
  ports: Ports,
  rows: readonly AuditRow[],
  clusters: readonly Cluster[],
  progress: (done: number, total: number) => void,
  missing: (missing: NotVisible) => void,
  signal: AbortSignal,
): Promise<AccountFacts> {
  const facts = new Map<string, Read<ServiceAccountFacts>>();
  const named = rows.filter(({ issuer, serviceAccount }) => issuer?.cluster && serviceAccount);
  const byCluster = Map.groupBy(named, ({ issuer }) => issuer?.cluster?.id.toLowerCase() ?? '');
  const limit = pLimit(clustersSideBySide);
  let done = 0;
  await Promise.all(
    [...byCluster].map(([clusterId, wanted]) =>
      limit(async () => {
        signal.throwIfAborted();
        const cluster = clusters.find(({ id }) => sameArmId(id, clusterId));
        const accounts = new Map(
          wanted.flatMap(({ serviceAccount }) =>
            serviceAccount ? [[`${serviceAccount.namespace}/${serviceAccount.name}`, serviceAccount] as const] : [],
          ),
        );
        const put = (namespace: string, name: string, fact: Read<ServiceAccountFacts>) =>
          facts.set(accountKey(clusterId, namespace, name), fact);
        const putAll = (fact: Read<ServiceAccountFacts>) => {
          for (const { namespace, name } of accounts.values()) put(namespace, name, fact);
        };
        if (!cluster || cluster.powerState === 'Stopped') putAll({ state: 'unknown', why: 'The cluster is stopped' });
        else if (!cluster.entraIntegrated)
          putAll({ state: 'unknown', why: 'The cluster does not take tokens of Entra ID' });
        else await readCluster(ports, cluster, accounts.values().toArray(), put, putAll, missing, signal);
        done += 1;
        progress(done, byCluster.size);
      }),
    ),
  );
  return facts;
}

async function readCluster(
  ports: Ports,
  cluster: Cluster,
  accounts: readonly { namespace: string; name: string }[],
  put: (namespace: string, name: string, fact: Read<ServiceAccountFacts>) => void,
  putAll: (fact: Read<ServiceAccountFacts>) => void,
  missing: (missing: NotVisible) => void,
  stopped: AbortSignal,
): Promise<void> {
  const timeout = AbortSignal.timeout(clusterBudgetMs);
  const signal = AbortSignal.any([stopped, timeout]);
  let told = false;
  /** Why there are no facts; what is missing is named once for a cluster. */
  const unread = (error: unknown): Read<never> => {
    stopped.throwIfAborted();
    if (!(error instanceof UpstreamError) && !timeout.aborted) throw error;
    const problem =
      error instanceof UpstreamError ? diagnose(error, { cluster: cluster.name }) : makeProblem('upstream/timeout');
    if (!told) missing({ what: `Service accounts of ${cluster.name}`, problem });
    told = true;
    const refused = error instanceof UpstreamError && error.kind === 'refused';
    return { state: refused ? 'not-visible' : 'unknown', why: problem.title };
  };
  let api: Kubernetes;
  try {
    api = await ports.kubernetes(cluster);
  } catch (error) {
    return putAll(unread(error));
  }
  const limit = pLimit(namespacesSideBySide);
  await Promise.all(
    [...Map.groupBy(accounts, ({ namespace }) => namespace)].map(([namespace, wanted]) =>
      limit(async () => {
        try {
          const seen = await readNamespace(api, namespace, signal);
          const at = ports.clock.now().toISOString();
          for (const { name } of wanted) put(namespace, name, { state: 'read', at, value: seen(name) });
        } catch (error) {
          const fact = unread(error);
          for (const { name } of wanted) put(namespace, name, fact);
        }
      }),
    ),
  );
}

async function readNamespace(
  api: Kubernetes,
  namespace: string,
  signal: AbortSignal,
): Promise<(name: string) => ServiceAccountFacts> {
  const place = await api.get({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: namespace }, signal);
  if (!place) return () => ({ namespaceExists: false, exists: false, workloads: [] });
  const [accounts, deployments, sets] = await Promise.all([
    api.list({ apiVersion: 'v1', kind: 'ServiceAccount' }, { namespace }, signal),
    api.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace }, signal),
    api.list({ apiVersion: 'apps/v1', kind: 'StatefulSet' }, { namespace }, signal),
  ]);
  const workloads = [...deployments, ...sets].map(workloadOf);
  return (name) => {
    const account = accounts.find(({ metadata }) => metadata.name === name);
    const clientId = account?.metadata.annotations?.[workloadIdentity.clientIdAnnotation];
    return {
      namespaceExists: true,
      exists: account !== undefined,
      ...(clientId === undefined ? {} : { clientId }),
      workloads: workloads
        .filter(({ account: under }) => under === name)
        .map(({ account: _, ...workload }) => workload),
    };
  };
}

function workloadOf({ kind, metadata, spec }: KubernetesObject) {
  const template = (
    spec as
      | { template?: { metadata?: { labels?: Record<string, string> }; spec?: { serviceAccountName?: string } } }
      | undefined
  )?.template;
  return {
    kind,
    name: metadata.name,
    account: template?.spec?.serviceAccountName ?? 'default',
    labelled: template?.metadata?.labels?.[workloadIdentity.label] === 'true',
  };
}
