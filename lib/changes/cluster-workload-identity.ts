import type { Cluster } from '../model/azure.ts';
import type { ClusterChoice } from '../model/connection.ts';
import { defineChange } from './change.ts';
import { clusterBlocked, clusterCommands, clusterRights, enableBoth, observeCluster } from './cluster-federation.ts';

export const clusterWorkloadIdentity = defineChange<ClusterChoice, Cluster | undefined>({
  id: 'cluster-workload-identity',
  layer: 'cluster',
  needs: ['cluster-oidc-issuer'],
  serialKey: (design) => design.cluster.id.toLowerCase(),
  targets: (design) => [design.cluster],
  key: (target) => target.name,
  title: (target) => `Workload identity on, ${target.name}`,
  observe: observeCluster,
  diff(observed, target) {
    if (observed?.workloadIdentityEnabled) return { state: 'right', how: 'Azure reports the switch on' };
    return (
      clusterBlocked(observed, target.name) ?? {
        state: 'update',
        fields: [{ field: 'securityProfile.workloadIdentity.enabled', old: 'false', new: 'true' }],
        ...(observed?.oidcIssuerEnabled ? {} : { note: 'Sent in the same request as the issuer.' }),
      }
    );
  },
  apply: (context, _target, _observed, progress) => enableBoth(context, progress),
  // Workloads of others may rely on the webhook by the time somebody wants to undo.
  undo: 'irreversible',
  rights: clusterRights,
  render: (target) =>
    clusterCommands(
      target,
      '--enable-workload-identity',
      'workload_identity_enabled = true',
      'properties: { securityProfile: { workloadIdentity: { enabled: true } } }',
    ),
});
