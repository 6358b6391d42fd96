import type { CatalogEntry } from './entry.ts';

/** Sign-in, transport, and the product’s own rules. */
export const appProblems = {
  'sign-in/required': {
    title: 'Please sign in again',
    cause: 'Your sign-in for this service has ended, or the service asks for a fresh one.',
    remedy: 'Sign in once. You come back to where you are.',
    retryable: true,
  },
  'sign-in/consent': {
    title: 'Your consent is needed',
    cause: 'The app may use this service on your behalf only after you, or an administrator, agreed.',
    remedy: 'Sign in once and agree. If you are not allowed to, ask an Entra administrator.',
    retryable: true,
  },
  'sign-in/multi-factor': {
    title: 'Entra ID asks for a second factor',
    cause: 'A policy of the tenant demands multi-factor authentication for this service.',
    remedy: 'Sign in once with your second factor. You come back to where you are.',
    retryable: true,
  },
  'sign-in/blocked': {
    title: 'A Conditional Access policy blocks this sign-in',
    cause: 'Place, device or risk do not meet the tenant’s policy.',
    remedy: 'Use a compliant device or network, or ask your Entra administrator.',
  },
  'sign-in/app-credential': {
    title: 'The app’s own credential is not accepted',
    cause: 'The secret, certificate or federated credential of the app registration is wrong or has expired.',
    remedy: 'Ask whoever runs Patless to renew the app’s credential.',
  },
  'upstream/unreachable': {
    title: 'The service does not answer',
    cause: 'No connection could be made, or it broke before an answer came.',
    remedy: 'Try again in a minute. If it stays, look at the network between Patless and the service.',
    retryable: true,
  },
  'upstream/unavailable': {
    title: 'The service has a fault of its own',
    cause: 'It answered that it cannot serve the request now.',
    remedy: 'Try again in a minute.',
    retryable: true,
  },
  'upstream/throttled': {
    title: 'The service asks for a pause',
    cause: 'Too many requests were made in a short time.',
    remedy: 'Wait for the time that it names, then try again.',
    retryable: true,
  },
  'upstream/refused': {
    title: 'The service refused',
    cause: 'It knows who asks, and does not allow it.',
    remedy: 'Read the answer below and ask for the right that it names.',
  },
  'upstream/missing': {
    title: 'The service does not find it',
    cause: 'It does not exist, or may not be seen.',
    remedy: 'Plan again from what is there now.',
  },
  'upstream/unexpected': {
    title: 'The service gave an answer that Patless does not know',
    cause: 'The answer is not in the catalogue of known problems.',
    remedy: 'Read the raw answer below. The correlation id helps the service’s support.',
  },
  'upstream/egress-refused': {
    title: 'Patless does not call this address',
    cause: 'The address is not on the list of hosts that this cloud’s services live on.',
    remedy: 'Check the address. Whoever runs Patless can add a host to the cloud’s configuration.',
  },
  'upstream/timeout': {
    title: 'The answer took too long',
    cause: 'The service did not answer within the time that this check allows.',
    remedy: 'Check again. If it stays, look at the network between Patless and the service.',
    retryable: true,
  },
  'setup/incomplete': {
    title: 'The design is not complete',
    cause: 'A step has no answer, or its answer was given for an earlier choice.',
    remedy: 'Answer the steps that are open.',
  },
  'setup/answer-invalid': {
    title: 'This choice is not possible any more',
    cause: 'What the services list now does not contain it.',
    remedy: 'Choose again from the list.',
  },
  'setup/plan-stale': {
    title: 'The world moved since the plan was read',
    cause: 'Somebody changed a target between plan and apply, so the approved plan is no longer what would happen.',
    remedy: 'Review the new plan and approve it.',
  },
  'setup/not-read': {
    title: 'This could not be planned',
    cause: 'It builds on something that could not be read.',
    remedy: 'Mend the line above first.',
  },
  'setup/blocked': {
    title: 'The plan holds a change that is blocked',
    cause: 'One of the targets cannot be made right as designed.',
    remedy: 'Read the blocked line and change the design.',
  },
  'setup/outcome-unknown': {
    title: 'It is not known whether the change was made',
    cause: 'The connection ended after the request was sent, and reading back does not show the change yet.',
    remedy: 'Resume the run: it reads again before it writes anything.',
    retryable: true,
  },
  'setup/not-taken': {
    title: 'The change was accepted but does not show',
    cause: 'The service accepted the write, and reading back still shows the old value.',
    remedy: 'Something else may set it back. Find out what, then plan again.',
    retryable: true,
  },
  'setup/wait-exhausted': {
    title: 'Waiting took longer than it should',
    cause: 'The service did not come round within the time that such waits normally take.',
    remedy: 'Resume the run in a few minutes.',
    retryable: true,
  },
  'setup/paused': {
    title: 'The service asks for a long pause',
    cause: 'It named a time that is too long to hold the run open for.',
    remedy: 'Resume the run after that time.',
    retryable: true,
  },
  'setup/lease-lost': {
    title: 'Somebody else took over the run',
    cause: 'Only one session may apply a run at a time.',
    remedy: 'Watch it live, or take it over again.',
    retryable: true,
  },
  'app/role-missing': {
    title: 'Your account has no role that allows this',
    cause: 'Roles are assigned to people in the app’s registration in Entra ID.',
    remedy: 'Ask an administrator of the app for the role.',
  },
  'app/not-found': {
    title: 'There is nothing here',
    cause: 'It was removed, or the address is not complete.',
    remedy: 'Go back to the list.',
  },
  'app/foreign': {
    title: 'This belongs to another tenant',
    cause: 'You are signed in to a tenant that does not own it.',
    remedy: 'Sign in with an account of the tenant that owns it.',
  },
  'app/changed-meanwhile': {
    title: 'Somebody else saved in between',
    cause: 'The connection changed after this page was read.',
    remedy: 'Load the page again and repeat your change.',
    retryable: true,
  },
  'app/invalid-input': {
    title: 'The input is not valid',
    cause: 'One of the fields breaks a rule.',
    remedy: 'Correct the fields that are marked.',
  },
  'store/unavailable': {
    title: 'The database does not answer',
    cause: 'Without it no journal can be written, so nothing is changed.',
    remedy: 'Try again. If it stays, ask whoever runs Patless.',
    retryable: true,
  },
} as const satisfies Record<string, CatalogEntry>;
