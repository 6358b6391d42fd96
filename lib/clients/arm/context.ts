import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import type { CloudEnvironment } from '../../model/cloud.ts';
import type { Clock } from '../../ports.ts';
import type { Http } from '../http.ts';
import type { OperatorTokens } from '../operator-tokens.ts';
import { createSdkHttpClient } from '../sdk-http-client.ts';

export interface ArmContext {
  readonly cloud: CloudEnvironment;
  readonly http: Http;
  readonly tokens: OperatorTokens;
  readonly clock: Clock;
}

/** What every Azure management client is constructed with. Retries happen once, in our transport, and for reads only. */
export function connection(
  { cloud, http, tokens }: ArmContext,
  signal: AbortSignal,
): {
  credential: TokenCredential;
  options: {
    endpoint: string;
    httpClient: HttpClient;
    retryOptions: { maxRetries: number };
    redirectOptions: { maxRetries: number };
  };
} {
  const credential: TokenCredential = {
    async getToken() {
      const token = await tokens.get('arm', signal);
      return { token: token.reveal(), expiresOnTimestamp: token.expiresAt.getTime() };
    },
  };
  const httpClient = createSdkHttpClient({
    http,
    service: 'arm',
    destination: 'arm',
    // The one POST of ours that changes nothing.
    isRead: (method, url) => method === 'GET' || /\/listClusterUserCredential\?/i.test(url),
    audience: 'arm',
    signal,
  });
  return {
    credential,
    options: {
      endpoint: cloud.arm.endpoint,
      httpClient,
      retryOptions: { maxRetries: 0 },
      redirectOptions: { maxRetries: 0 },
    },
  };
}

/** Collects what an SDK's typed result leaves out. */
export function answerProbe(): {
  onResponse(response: unknown): void;
  readonly status?: number;
  readonly correlationId?: string;
} {
  let last: Pick<PipelineResponse, 'status' | 'headers'> | undefined;
  return {
    onResponse(response) {
      last = response as Pick<PipelineResponse, 'status' | 'headers'>;
    },
    get status() {
      return last && Number(last.status);
    },
    get correlationId() {
      return last?.headers.get('x-ms-correlation-request-id') ?? last?.headers.get('x-ms-request-id');
    },
  };
}
