import type { CatalogEntry } from './entry.ts';

/** What can go wrong between the sign-in button and the first page, and the app's own refusals of a request. */
export const sessionProblems = {
  'sign-in/cancelled': {
    title: 'You did not finish signing in',
    cause: 'Entra ID reports that the sign-in or the consent was declined.',
    remedy: 'Sign in again, and agree to what is asked. If you may not, ask an Entra administrator.',
    retryable: true,
  },
  'sign-in/expired': {
    title: 'This sign-in was started too long ago',
    cause: 'A sign-in must be finished within ten minutes, in the browser that started it, and only once.',
    remedy: 'Sign in again.',
    retryable: true,
  },
  'sign-in/state-mismatch': {
    title: 'The answer belongs to another sign-in',
    cause: 'The answer from Entra ID does not match the sign-in that this browser started. It was not used.',
    remedy: 'Sign in again. Close other tabs in which you were signing in.',
    retryable: true,
  },
  'sign-in/other-tenant': {
    title: 'Your account is of another tenant',
    cause: 'Patless is set up for people of one Entra tenant.',
    remedy: 'Sign in with an account of that tenant.',
    retryable: true,
  },
  'sign-in/failed': {
    title: 'The sign-in did not succeed',
    cause: 'Entra ID gave an answer that could not be used.',
    remedy: 'Try again. If it stays, give the time of this attempt to whoever runs Patless.',
    retryable: true,
  },
  'app/origin-refused': {
    title: 'The request did not come from this app',
    cause: 'Only pages of this app, opened under its own address, may change anything.',
    remedy: 'Open the app under its own address and repeat what you did.',
  },
  'app/name-taken': {
    title: 'A connection of this name exists already',
    cause: 'Names of connections are unique in a tenant, so that a list says which one is meant.',
    remedy: 'Choose another name, or open the existing connection.',
  },
} as const satisfies Record<string, CatalogEntry>;
