import 'server-only';
import { cache } from 'react';
import { createPorts } from '../clients/ports.ts';
import type { Ports } from '../ports.ts';
import { openStore, type StoreHandle } from '../store/open-store.ts';
import { type Environment, env } from './env.ts';
import { createEntraClient, type EntraClient } from './msal.ts';
import { createOperatorTokens } from './operator-tokens.ts';
import { requireRole, type Session } from './session.ts';

/** The composition root: the one place where ports meet clients and store. */
export interface Services {
  readonly env: Environment;
  readonly store: StoreHandle;
  readonly entra: EntraClient;
  /** The outside with this person's own tokens. Stays usable after the request, for as long as the session lives. */
  portsFor(session: Pick<Session, 'id'>): Ports;
}

// Next bundles this file once for pages and once for route handlers; a second store on the same folder would lose writes.
const memo = globalThis as { __patlessServices?: Promise<Services> };

/** Opened on first use, never at import: the build imports every page. A failed attempt is not kept. */
export function services(): Promise<Services> {
  memo.__patlessServices ??= compose().catch((error: unknown) => {
    memo.__patlessServices = undefined;
    throw error;
  });
  return memo.__patlessServices;
}

async function compose(): Promise<Services> {
  const environment = env();
  const { databaseUrl, dataDir, sessionKey, cloud } = environment;
  const store = await openStore({ databaseUrl, dataDir, encryptionKey: sessionKey });
  const entra = createEntraClient(environment);
  return {
    env: environment,
    store,
    entra,
    portsFor: ({ id }) => createPorts({ cloud, tokens: createOperatorTokens(store.sessions, entra, id) }),
  };
}

/** The outside as the person of this request, once a request, so that tokens are asked for once. Any role will do: Azure decides. */
export const portsOfCaller = cache(async (): Promise<Ports> => {
  const session = await requireRole('Viewer');
  return (await services()).portsFor(session);
});

export async function closeServices(): Promise<void> {
  const running = memo.__patlessServices;
  memo.__patlessServices = undefined;
  const composed = await running?.catch(() => undefined);
  await composed?.store.close();
}
