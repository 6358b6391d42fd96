import type { Scenario } from '../core/scenario.ts';
import { deleteCredential } from './credential.ts';

export const credentialDeleted: Scenario = {
  name: 'credential-deleted',
  title: 'Delete the federated credential',
  about: 'Somebody tidied up the identity. Entra no longer knows the workload and refuses the exchange.',
  apply: (world, options) => deleteCredential(world, options),
};
