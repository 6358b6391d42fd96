import type { Scenario } from '../core/scenario.ts';
import { inClusterIssuer } from '../kubernetes/embedded/service-account-keys.ts';
import { findConnection } from './connection.ts';
import { remember } from './damage.ts';

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
    remember(world, async () => {
      if (cluster.oidcIssuerEnabled) return undefined;
      cluster.oidcIssuerEnabled = true;
      await backend.setIssuer(cluster.issuerUrl);
      return `${cluster.name}: the OIDC issuer is on again`;
    });
    return `${cluster.name}: the OIDC issuer is off, tokens carry ${inClusterIssuer}`;
  },
};
