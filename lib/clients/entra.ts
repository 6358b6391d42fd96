import { z } from 'zod';
import type { CloudEnvironment } from '../model/cloud.ts';
import type { Entra } from '../ports.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { createAccessToken } from './access-token.ts';
import { isWithin } from './egress.ts';
import { kindOf, renamed } from './failure.ts';
import type { Http } from './http.ts';

const operation = 'exchange service-account token';

/** Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, error response. */
const refusalSchema = z.object({
  error: z.string(),
  error_description: z.string().default(''),
  error_codes: z.array(z.number()).default([]),
  correlation_id: z.string().optional(),
});

export function createEntra({ cloud, http }: { cloud: CloudEnvironment; http: Http }): Entra {
  return {
    async exchange({ tenantId, clientId, scope, assertion }, signal) {
      const [{ ClientAssertionCredential }, { createSdkHttpClient }] = await Promise.all([
        import('@azure/identity'),
        import('./sdk-http-client.ts'),
      ]);
      let answer: { status: number; body: string } | undefined;
      const transport = createSdkHttpClient({
        http,
        service: 'entra',
        destination: 'entra',
        // The exchange itself writes nothing, but a failed try must be seen: Entra's nodes do not all know a new credential yet.
        isRead: (method) => method === 'GET',
        signal,
        observe: (response) => {
          answer = response;
        },
      });
      // The discovery document names the token endpoint; the assertion stays with the tenant that was asked for.
      const tenant = new URL(`${cloud.authorityHost.replace(/\/$/, '')}/${tenantId}`);
      const credential = new ClientAssertionCredential(tenantId, clientId, async () => assertion.reveal(), {
        authorityHost: cloud.authorityHost,
        disableInstanceDiscovery: true,
        retryOptions: { maxRetries: 0 },
        redirectOptions: { maxRetries: 0 },
        httpClient: {
          async sendRequest(request) {
            if (!isWithin(new URL(request.url), tenant))
              throw new UpstreamError({
                service: 'entra',
                operation,
                kind: 'invalid',
                code: 'EgressRefused',
                message: `${new URL(request.url).host} is not the tenant's own authority.`,
              });
            return transport.sendRequest(request);
          },
        },
      });
      try {
        const { token, expiresOnTimestamp } = await credential.getToken(scope, { abortSignal: signal });
        return createAccessToken(token, new Date(expiresOnTimestamp));
      } catch (error) {
        signal.throwIfAborted();
        throw exchangeFailure(error, answer);
      }
    },
  };
}

/** Exported for its test: which words become which code. */
export function exchangeFailure(error: unknown, answer: { status: number; body: string } | undefined): UpstreamError {
  const upstream = findUpstream(error);
  // An exchange changes nothing: there is no outcome to be unknown.
  if (upstream) return renamed(upstream, operation, { outcomeUnknown: false });
  const refusal = answer && refusalSchema.safeParse(parseJson(answer.body));
  if (answer && refusal?.success) {
    const { error: name, error_codes, error_description, correlation_id } = refusal.data;
    const number = error_codes[0] ?? /AADSTS(\d+)/.exec(error_description)?.[1];
    return new UpstreamError({
      service: 'entra',
      operation,
      // Entra's status for the same refusal has changed over time (400 and 401); its no is a refusal either way.
      kind: answer.status < 500 && answer.status !== 429 ? 'refused' : kindOf(answer.status),
      status: answer.status,
      code: number === undefined ? name : `AADSTS${number}`,
      // Separators were line breaks until 2023 and are spaces since; nothing may depend on them.
      message: error_description.replace(/\s*\r?\n/g, ' '),
      correlationId: correlation_id,
    });
  }
  const status = answer && answer.status >= 400 ? answer.status : undefined;
  return new UpstreamError(
    {
      service: 'entra',
      operation,
      kind: status === undefined ? 'invalid' : kindOf(status),
      status,
      code: 'ClientError',
      message: error instanceof Error ? error.message : String(error),
    },
    { cause: error },
  );
}

/** The credential wraps what its transport threw. */
function findUpstream(error: unknown): UpstreamError | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth += 1) {
    if (current instanceof UpstreamError) return current;
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
