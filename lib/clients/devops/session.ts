import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { CoreApi } from 'azure-devops-node-api/CoreApi.js';
import { GitApi } from 'azure-devops-node-api/GitApi.js';
import { getBearerHandler, WebApi } from 'azure-devops-node-api/WebApi.js';
import type { CloudEnvironment } from '../../model/cloud.ts';
import type { AccessToken } from '../../ports.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import { renamed } from '../failure.ts';
import type { Http, Reply } from '../http.ts';
import { correlationOf, devopsFailure } from './failure.ts';

export interface DevopsContext {
  readonly cloud: CloudEnvironment;
  readonly http: Http;
  token(signal: AbortSignal): Promise<AccessToken>;
  readonly delegated: boolean;
}
export type DevopsHost = 'core' | 'graph' | 'entitlements' | 'deployment';
type RestClient = WebApi['rest'];

interface Scope {
  readonly operation: string;
  readonly write: boolean;
  readonly signal: AbortSignal;
  correlationId?: string;
}

/**
 * The Azure DevOps client for one token. Its protocol is used, its transport is not: that one follows redirects with the token on,
 * answers null for 404, for the sign-in page and for a torn connection alike, and opens a connection for each request.
 */
export class DevopsSession {
  readonly #context: DevopsContext;
  readonly #scope = new AsyncLocalStorage<Scope>();
  readonly #cores = new Map<string, CoreApi>();
  readonly #gits = new Map<string, GitApi>();
  readonly #rest: RestClient;

  constructor(context: DevopsContext) {
    this.#context = context;
    const { rest } = new WebApi(context.cloud.devops.core, anonymous, { allowRedirects: false });
    this.#rest = this.#throughOurTransport({ rest }).rest;
  }

  /** `{host}/{organization}/_apis/{path}`; names are encoded here. */
  url(host: DevopsHost, organization: string | undefined, path: string, query: Record<string, string> = {}): string {
    const base = this.#context.cloud.devops[host].replace(/\/$/, '');
    const place = organization === undefined ? base : `${base}/${encodeURIComponent(organization)}`;
    return `${place}/_apis/${path}?${new URLSearchParams({ 'api-version': '7.1-preview.1', ...query })}`;
  }

  /** Runs one operation of the port: everything that it sends carries its name, its signal and its kind. */
  async call<T>(
    operation: string,
    { signal, write = false }: { signal: AbortSignal; write?: boolean },
    work: (rest: RestClient) => Promise<T>,
  ): Promise<{ value: T; correlationId?: string }> {
    const scope: Scope = { operation, write, signal };
    try {
      const value = await this.#scope.run(scope, () => work(this.#rest));
      return { value, correlationId: scope.correlationId };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UpstreamError) throw renamed(error, operation);
      const message = error instanceof Error ? error.message : String(error);
      const details = { service: 'devops', operation, kind: 'invalid', code: 'ClientError', message } as const;
      throw new UpstreamError(details, { cause: error });
    }
  }

  async read<T>(operation: string, signal: AbortSignal, work: (rest: RestClient) => Promise<T>): Promise<T> {
    return (await this.call(operation, { signal }, work)).value;
  }

  /** Built on the address we know: asking ResourceAreas costs two calls and may answer with another host. */
  core(organization: string): CoreApi {
    return cached(this.#cores, organization, () =>
      this.#throughOurTransport(new CoreApi(this.#base(organization), [])),
    );
  }
  git(organization: string): GitApi {
    return cached(this.#gits, organization, () => this.#throughOurTransport(new GitApi(this.#base(organization), [])));
  }

  /** For what the client has no method for (HEAD); the same headers and failures. */
  async head(url: string): Promise<Reply> {
    return this.#send('HEAD', url, undefined, {});
  }

  #base(organization: string): string {
    return `${this.#context.cloud.devops.core.replace(/\/$/, '')}/${encodeURIComponent(organization)}`;
  }

  #throughOurTransport<T extends { rest: Pick<RestClient, 'client'> }>(api: T): T {
    api.rest.client.request = async (verb, url, data, headers) => {
      const body = typeof data === 'string' ? data : undefined;
      const reply = await this.#send(verb, url, body, headers as Record<string, string>);
      const message = { statusCode: reply.status, headers: reply.headers } as unknown as IncomingMessage;
      return { message, readBody: async () => reply.body.toString('utf8').replace(/^\uFEFF/, '') };
    };
    return api;
  }

  async #send(method: string, url: string, body: string | undefined, headers: Record<string, string>): Promise<Reply> {
    const scope = this.#scope.getStore();
    if (!scope) throw new Error('An Azure DevOps request outside of an operation.');
    const token = await this.#context.token(scope.signal);
    const options: { headers: Record<string, string> } = {
      // Without it an unauthenticated request is sent on to the sign-in host.
      headers: { ...headers, 'X-TFS-FedAuthRedirect': 'Suppress', 'User-Agent': 'patless' },
    };
    getBearerHandler(token.reveal(), false).prepareRequest(options);
    // The client looks routes up with OPTIONS, and some questions are asked by POST.
    const write = scope.write && !['GET', 'HEAD', 'OPTIONS'].includes(method);
    const about = { service: 'devops', operation: scope.operation, write, delegated: this.#context.delegated } as const;
    const reply = await this.#context.http.send({
      ...about,
      destination: 'devops',
      url,
      method,
      headers: options.headers,
      body,
      signal: scope.signal,
    });
    const failure = devopsFailure(reply, about);
    if (failure) throw failure;
    if (method !== 'OPTIONS') scope.correlationId = correlationOf(reply);
    return reply;
  }
}

const anonymous = {
  prepareRequest() {},
  canHandleAuthentication: () => false,
  handleAuthentication: () => Promise.reject(new Error('not used')),
};

function cached<T>(map: Map<string, T>, key: string, create: () => T): T {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

export async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UpstreamError && error.kind === 'absent') return undefined;
    throw error;
  }
}

/** The API left a required part out; better said than guessed. */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`The answer of Azure DevOps holds no ${what}.`);
  return value;
}
