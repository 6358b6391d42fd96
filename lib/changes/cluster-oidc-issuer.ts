import type { Cluster } from '../model/azure.ts';
import type { ClusterChoice } from '../model/connection.ts';
import { defineChange } from './change.ts';
import { clusterBlocked, clusterCommands, clusterRights, enableBoth, observeCluster } from './cluster-federation.ts';

export const clusterOidcIssuer = defineChange<ClusterChoice, Cluster | undefined>({
  id: 'cluster-oidc-issuer',
  layer: 'cluster',
  needs: [],
  serialKey: (design) => design.cluster.id.toLowerCase(),
  targets: (design) => [design.cluster],
  key: (target) => target.name,
  title: (target) => `OIDC issuer on, ${target.name}`,
  observe: observeCluster,
  learn: (observed) => (observed?.oidcIssuerEnabled && observed.issuerUrl ? { issuer: observed.issuerUrl } : {}),
  diff(observed, target) {
    if (observed?.oidcIssuerEnabled && observed.issuerUrl)
      return { state: 'right', how: `Azure reports the issuer ${observed.issuerUrl}` };
    return (
      clusterBlocked(observed, target.name) ?? {
        state: 'update',
        fields: [{ field: 'oidcIssuerProfile.enabled', old: 'false', new: 'true' }],
        irreversible: 'The API server restarts, and the issuer cannot be turned off again.',
        note: 'Existing service-account tokens are signed anew; pods take them up by themselves.',
      }
    );
  },
  apply: (context, _target, _observed, progress) => enableBoth(context, progress),
  undo: 'irreversible',
  rights: clusterRights,
  render: (target) =>
    clusterCommands(
      target,
      '--enable-oidc-issuer',
      'oidc_issuer_enabled = true',
      'properties: { oidcIssuerProfile: { enabled: true } }',
    ),
});
