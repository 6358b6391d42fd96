import type { AnswerStep } from './model/connection.ts';

export const wizardSteps = [
  'cluster',
  'consumers',
  'identity',
  'federation',
  'devops',
  'review',
  'apply',
  'verify',
] as const;
export type WizardStep = (typeof wizardSteps)[number];
export type { AnswerStep };

/** What the list of credentials shows: all of it stands in its address. */
export interface CredentialsQuery {
  /** Qualifiers and free text. */
  readonly q?: string;
  readonly sort?: string;
  readonly dir?: 'asc' | 'desc';
  readonly page?: number;
  /** Key of the opened row. */
  readonly open?: string;
  /** Kind of the finding that the opened row shows. */
  readonly finding?: string;
}

const id = encodeURIComponent;

/** Every address of the app, in one place. */
export const routes = {
  access: () => '/',
  connections: () => '/connections',
  newConnection: () => '/connections/new',
  connection: (connectionId: string) => `/connections/${id(connectionId)}`,
  step: (connectionId: string, step: WizardStep) => `/connections/${id(connectionId)}/${step}`,
  runs: () => '/runs',
  run: (runId: string) => `/runs/${id(runId)}`,
  runStream: (runId: string, after = 0) => `/runs/${id(runId)}/events?after=${after}`,
  check: (checkId: string) => `/checks/${id(checkId)}`,
  checkStream: (checkId: string, after = 0) => `/checks/${id(checkId)}/events?after=${after}`,
  credentials: (query: CredentialsQuery = {}) => {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    );
    return given.length > 0 ? `/credentials?${new URLSearchParams(given)}` : '/credentials';
  },
  credentialsExport: (format: 'csv' | 'json', query: Pick<CredentialsQuery, 'q' | 'sort' | 'dir'>) => {
    const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
    return `/credentials/export?${new URLSearchParams([['format', format], ...given])}`;
  },
  scanStream: (scanId: string, after = 0) => `/credentials/scans/${id(scanId)}/events?after=${after}`,
  signIn: (returnTo?: string) => (returnTo ? `/sign-in?returnTo=${id(returnTo)}` : '/sign-in'),
  /** Starts the authorization code flow; with an audience it asks for that consent, with claims it answers a challenge. */
  startSignIn: (options: { returnTo?: string; audience?: 'arm' | 'aks' | 'devops'; claims?: string } = {}) => {
    const query = new URLSearchParams(
      Object.entries(options).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
    return query.size > 0 ? `/auth/start?${query}` : '/auth/start';
  },
  signOut: () => '/auth/sign-out',
} as const;
