import type { Scenario } from '../core/scenario.ts';
import { changeCredential } from './credential.ts';

export const missingTrailingSlash: Scenario = {
  name: 'missing-trailing-slash',
  title: 'Drop the trailing slash of the issuer',
  about: 'The issuer of the credential loses its last character. Entra compares byte for byte (AADSTS700211).',
  apply: (world, options) =>
    changeCredential(world, options, (credential) => {
      credential.issuer = credential.issuer.replace(/\/$/, '');
      return `now names the issuer ${credential.issuer}`;
    }),
};
