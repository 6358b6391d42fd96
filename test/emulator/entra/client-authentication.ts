import { decodeJwt } from 'jose';
import type { EmulatorRequest } from '../core/service.ts';
import type { Application, World } from '../core/world.ts';
import type { Refusal } from './errors.ts';
import { judgeAssertion } from './federation.ts';
import { refusals } from './refusals.ts';

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface ClientCredential {
  readonly secret?: string;
  readonly assertion?: string;
}

/** Client id and credential of a token request: from the form, or from a Basic header. */
export function readClient(request: EmulatorRequest, form: URLSearchParams): { clientId: string } & ClientCredential {
  const basic = /^basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s);
    return { clientId: decodeURIComponent(id), secret: decodeURIComponent(secret) };
  }
  return {
    clientId: form.get('client_id') ?? '',
    secret: form.get('client_secret') ?? undefined,
    assertion:
      form.get('client_assertion_type') === jwtBearer ? (form.get('client_assertion') ?? undefined) : undefined,
  };
}

/** The application proves itself by a secret or a federated assertion; it has no certificate. Undefined: it did. */
export async function authenticateApplication(
  world: World,
  application: Application,
  credential: ClientCredential,
): Promise<Refusal | undefined> {
  if (credential.assertion !== undefined) return authenticateByAssertion(world, application, credential.assertion);
  if (credential.secret === undefined) return refusals.credentialMissing();
  return application.secrets.includes(credential.secret) ? undefined : refusals.secretInvalid(application.clientId);
}

async function authenticateByAssertion(
  world: World,
  application: Application,
  assertion: string,
): Promise<Refusal | undefined> {
  try {
    // Signed by the application itself: a certificate assertion, and no certificate is registered.
    if (decodeJwt(assertion).iss === application.clientId) return refusals.assertionSignature();
  } catch {
    return refusals.assertionMalformed();
  }
  if (application.assertions.length === 0) return refusals.noCredentials(application.clientId, application.name);
  const records = application.assertions.map(({ issuer, subject, audience }) => ({
    issuer,
    subject,
    audiences: [audience],
  }));
  return judgeAssertion(world, assertion, records);
}
