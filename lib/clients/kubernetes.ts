import type { Kubernetes } from '../ports.ts';
import type { ArmContext } from './arm/context.ts';
import type { ApiServer } from './kubernetes/session.ts';

// The port has no signal here; connecting is two reads of Azure.
const connectTimeoutMs = 45_000;

/** Connects to a cluster once and hands the same connection out again; a failure is forgotten. */
export function createKubernetesConnector(context: ArmContext): (clusterId: string) => Promise<Kubernetes> {
  const connections = new Map<string, Promise<Kubernetes>>();
  return (clusterId) => {
    const key = clusterId.toLowerCase();
    const known = connections.get(key);
    if (known) return known;
    const connecting = connect(context, clusterId);
    connections.set(key, connecting);
    connecting.catch(() => connections.delete(key));
    return connecting;
  };
}

async function connect(context: ArmContext, clusterId: string): Promise<Kubernetes> {
  const { findApiServer } = await import('./kubernetes/connect.ts');
  const apiServer = await findApiServer(context, clusterId, AbortSignal.timeout(connectTimeoutMs));
  return createKubernetes(context, apiServer);
}

/** The client costs 400 ms and 128 MB to load: it is imported with the first connection. */
async function createKubernetes({ http, tokens }: ArmContext, apiServer: ApiServer): Promise<Kubernetes> {
  const [{ KubernetesSession }, objects, summaries, secrets, access] = await Promise.all([
    import('./kubernetes/session.ts'),
    import('./kubernetes/objects.ts'),
    import('./kubernetes/summaries.ts'),
    import('./kubernetes/secrets.ts'),
    import('./kubernetes/access.ts'),
  ]);
  const session = new KubernetesSession(http, apiServer, (signal) => tokens.get('aks', signal));
  return {
    server: apiServer.server,
    serverVersion: (signal) => access.serverVersion(session, signal),
    get: (ref, signal) => objects.getObject(session, ref, signal),
    list: (kind, options, signal) => objects.listObjects(session, kind, options, signal),
    listDeployments: (options, signal) => summaries.listDeployments(session, options, signal),
    listPods: (namespace, labelSelector, signal) => summaries.listPods(session, namespace, labelSelector, signal),
    listSecrets: (namespace, labelSelector, readableKeys, signal) =>
      secrets.listSecrets(session, namespace, labelSelector, readableKeys, signal),
    apply: (object, signal, options) => objects.applyObject(session, object, options?.dryRun ?? false, signal),
    removeSecretKeys: (ref, keys, signal) => secrets.removeSecretKeys(session, ref, keys, signal),
    removeField: (ref, field, signal) => objects.removeField(session, ref, field, signal),
    requestToken: (serviceAccount, audience, expirationSeconds, signal) =>
      secrets.requestToken(session, serviceAccount, audience, expirationSeconds, signal),
    canI: (questions, signal) => access.canI(session, questions, signal),
  };
}
