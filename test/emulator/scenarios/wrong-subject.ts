import type { Scenario } from '../core/scenario.ts';
import { changeCredential } from './credential.ts';

export const wrongSubject: Scenario = {
  name: 'wrong-subject',
  title: 'Point the credential at another service account',
  about: 'The credential names argocd-server instead of the account that runs the workload (AADSTS700213).',
  apply: (world, options) =>
    changeCredential(world, options, (credential) => {
      const [, , namespace] = (credential.subject ?? '').split(':');
      credential.subject = `system:serviceaccount:${namespace}:argocd-server`;
      return `now names the subject ${credential.subject}`;
    }),
};
