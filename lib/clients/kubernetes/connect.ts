import { parse } from 'yaml';
import { z } from 'zod';
import type { CloudEnvironment } from '../../model/cloud.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import type { ArmContext } from '../arm/context.ts';
import { createEgress, EgressRefused } from '../egress.ts';
import type { ApiServer } from './session.ts';

const operation = 'find API server';

const kubeconfigSchema = z.object({
  clusters: z
    .array(
      z.object({
        cluster: z.object({ server: z.url(), 'certificate-authority-data': z.string().optional() }),
      }),
    )
    .min(1),
});

/** Address and authority of a cluster's API server, from Azure. Credentials in the kubeconfig are not even read. */
export async function findApiServer(context: ArmContext, clusterId: string, signal: AbortSignal): Promise<ApiServer> {
  const { getCluster, listUserKubeconfig } = await import('../arm/clusters.ts');
  const [cluster, kubeconfig] = await Promise.all([
    getCluster(context, clusterId, async (id) => id, signal),
    listUserKubeconfig(context, clusterId, signal),
  ]);
  if (!cluster)
    throw new UpstreamError({
      service: 'arm',
      operation,
      kind: 'absent',
      message: `There is no cluster ${clusterId}.`,
    });
  return readKubeconfig(kubeconfig, cluster.fqdn, context.cloud);
}

/** Exported for its test. */
export function readKubeconfig(kubeconfig: string, fqdn: string, cloud: CloudEnvironment): ApiServer {
  const parsed = kubeconfigSchema.safeParse(readYaml(kubeconfig));
  const entry = parsed.data?.clusters[0]?.cluster;
  if (!entry)
    throw new UpstreamError({
      service: 'arm',
      operation,
      kind: 'invalid',
      code: 'KubeconfigUnreadable',
      message: 'The kubeconfig of the cluster names no API server.',
    });
  const server = ownServer(entry.server, fqdn, cloud);
  const authority = entry['certificate-authority-data'];
  return { server, ca: authority ? Buffer.from(authority, 'base64').toString('utf8') : undefined };
}

/** The operator's token goes to this address: it must be of this cloud, and the very one that Azure gives for the cluster. */
function ownServer(server: string, fqdn: string, cloud: CloudEnvironment): string {
  try {
    const url = createEgress(cloud).check(server, 'aks');
    const [, firstSegment] = url.pathname.split('/');
    if (fqdn === '' || (url.hostname !== fqdn.toLowerCase() && firstSegment?.toLowerCase() !== fqdn.toLowerCase()))
      throw new EgressRefused(`${url.host} is not the address of the cluster, which is ${fqdn}.`);
    return url.href.replace(/\/$/, '');
  } catch (error) {
    if (!(error instanceof EgressRefused)) throw error;
    const { message } = error;
    throw new UpstreamError({ service: 'kubernetes', operation, kind: 'invalid', code: 'EgressRefused', message });
  }
}

function readYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
