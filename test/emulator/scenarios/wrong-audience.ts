import type { Scenario } from '../core/scenario.ts';
import { changeCredential } from './credential.ts';

export const wrongAudience: Scenario = {
  name: 'wrong-audience',
  title: 'Set the audience of another cloud',
  about: 'The credential expects the audience of US Government; the token carries the public one (AADSTS700212).',
  apply: (world, options) =>
    changeCredential(world, options, (credential) => {
      credential.audiences = ['api://AzureADTokenExchangeUSGov'];
      return `now expects the audience ${credential.audiences[0]}`;
    }),
};
