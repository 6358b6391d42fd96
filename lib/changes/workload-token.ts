import type { AccessToken, Ports } from '../ports.ts';

/** Kubernetes' least. A proof needs seconds. */
export const proofTokenSeconds = 600;

/** The workload's own way to Azure DevOps: its service-account token, exchanged at Entra ID. Nothing is cached: that would prove nothing. */
export async function tokenAsWorkload(
  ports: Ports,
  workload: { cluster: { id: string }; namespace: string; serviceAccount: string; clientId: string; tenantId: string },
  signal: AbortSignal,
): Promise<AccessToken> {
  const kubernetes = await ports.kubernetes(workload.cluster);
  const { token } = await kubernetes.requestToken(
    { namespace: workload.namespace, name: workload.serviceAccount },
    ports.cloud.federationAudience,
    proofTokenSeconds,
    signal,
  );
  return ports.entra.exchange(
    {
      tenantId: workload.tenantId,
      clientId: workload.clientId,
      scope: `${ports.cloud.devops.resourceId}/.default`,
      assertion: token,
    },
    signal,
  );
}
