import type { Scenario } from '../core/scenario.ts';
import type { AzureCluster } from '../core/world.ts';
import { inClusterIssuer } from '../kubernetes/embedded/service-account-keys.ts';
import { findConnection } from './connection.ts';
import { defineDamage } from './damage.ts';

const remember = defineDamage<AzureCluster>('issuer-off', async (world, cluster) => {
  if (cluster.oidcIssuerEnabled) return undefined;
  cluster.oidcIssuerEnabled = true;
  await world.kubernetes.get(cluster.id.toLowerCase())?.setIssuer(cluster.issuerUrl);
  return `${cluster.name}: the OIDC issuer is on again`;
});

export const issuerOff: Scenario = {
  name: 'issuer-off',
  title: 'Switch the OIDC issuer of the cluster off',
  about:
    'As after a restore of the cluster: tokens carry the in-cluster issuer again, which nobody outside can look up.',
  apply: async (world, options) => {
    const { cluster, backend } = await findConnection(world, options);
    if (!cluster.oidcIssuerEnabled) throw new Error(`the issuer of ${cluster.name} is off already`);
    cluster.oidcIssuerEnabled = false;
    await backend.setIssuer(inClusterIssuer);
    remember(world, cluster);
    return `${cluster.name}: the OIDC issuer is off, tokens carry ${inClusterIssuer}`;
  },
};
