import { defaultServiceAccount } from './default-service-account.ts';
import { devopsAdministrator } from './devops-administrator.ts';
import type { FindingKind } from './finding.ts';
import { flexibleSubject } from './flexible-subject.ts';
import { foreignCluster } from './foreign-cluster.ts';
import { fullIdentity } from './full-identity.ts';
import { inexactIssuer } from './inexact-issuer.ts';
import { missingCluster } from './missing-cluster.ts';
import { missingServiceAccount } from './missing-service-account.ts';
import { orphanedMember } from './orphaned-member.ts';
import { privilegedIdentity } from './privileged-identity.ts';
import { selfHostableIssuer } from './self-hostable-issuer.ts';
import { sharedIdentity } from './shared-identity.ts';
import { unknownIssuer } from './unknown-issuer.ts';
import { unusedFederation } from './unused-federation.ts';
import { wrongAudience } from './wrong-audience.ts';

/** Every kind of finding, in the order of their ids. */
export const findingKinds: readonly FindingKind[] = [
  unknownIssuer,
  selfHostableIssuer,
  foreignCluster,
  missingCluster,
  flexibleSubject,
  wrongAudience,
  missingServiceAccount,
  defaultServiceAccount,
  sharedIdentity,
  privilegedIdentity,
  devopsAdministrator,
  unusedFederation,
  inexactIssuer,
  orphanedMember,
  fullIdentity,
];
