import type { Scenario } from '../core/scenario.ts';
import { annotationRemoved } from './annotation-removed.ts';
import { credentialDeleted } from './credential-deleted.ts';
import { issuerOff } from './issuer-off.ts';
import { labelRemoved } from './label-removed.ts';
import { membershipRemoved } from './membership-removed.ts';
import { mend } from './mend.ts';
import { missingTrailingSlash } from './missing-trailing-slash.ts';
import { noRead } from './no-read.ts';
import { stakeholderLicense } from './stakeholder-license.ts';
import { wrongAudience } from './wrong-audience.ts';
import { wrongSubject } from './wrong-subject.ts';

/** In the order of the chain that they break. */
export const scenarios: readonly Scenario[] = [
  labelRemoved,
  annotationRemoved,
  issuerOff,
  credentialDeleted,
  wrongSubject,
  missingTrailingSlash,
  wrongAudience,
  membershipRemoved,
  stakeholderLicense,
  noRead,
  mend,
];
