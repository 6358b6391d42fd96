import {
  AppsV1Api,
  AuthorizationV1Api,
  type Configuration,
  CoreV1Api,
  createConfiguration,
  HttpMethod,
  KubernetesObjectApi,
  PatchStrategy,
  type RequestContext,
  ResponseContext,
  ServerConfiguration,
  VersionApi,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import type { AccessToken } from '../../ports.ts';
import type { Http } from '../http.ts';
import { kubernetesFailure, statusFailure } from './failure.ts';

export interface ApiServer {
  /** Base URL, without a trailing slash; may hold a path. */
  readonly server: string;
  /** PEM of the cluster's own authority; the system's when the kubeconfig names none. */
  readonly ca?: string;
}

export interface Clients {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly version: VersionApi;
  readonly objects: DiscoveredObjectApi;
  /** The newest answer as it came. The client's models turn times into dates and drop fields that they do not know. */
  raw(): unknown;
}

interface KubernetesPlace {
  readonly name: string;
  readonly namespace: string;
}
type ResourceCache = Record<string, Awaited<ReturnType<CoreV1Api['getAPIResources']>>>;

/** The client's kind-to-path lookup, with discovery kept between calls. */
class DiscoveredObjectApi extends KubernetesObjectApi {
  constructor(configuration: Configuration, discovered: ResourceCache) {
    super(configuration);
    this.apiVersionResourceCache = discovered;
  }

  /** A JSON patch is a list, which the client's own `patch` cannot send: it reads the object's place from the body. */
  async patchJson(
    object: { readonly apiVersion: string; readonly kind: string; readonly metadata: KubernetesPlace },
    operations: readonly unknown[],
    fieldManager: string,
  ): Promise<void> {
    const path = await this.specUriPath({ ...object, metadata: { ...object.metadata } }, 'patch');
    const context = this.configuration.baseServer.makeRequestContext(path, HttpMethod.PATCH);
    context.setHeaderParam('Accept', 'application/json');
    context.setHeaderParam('Content-Type', PatchStrategy.JsonPatch);
    context.setQueryParam('fieldManager', fieldManager);
    context.setBody(JSON.stringify(operations));
    await this.requestPromise(context);
  }
}

/** Conversation with one API server, with the operator's own token. */
export class KubernetesSession {
  readonly #http: Http;
  readonly #apiServer: ApiServer;
  readonly #token: (signal: AbortSignal) => Promise<AccessToken>;
  readonly #discovered: ResourceCache = {};

  constructor(http: Http, apiServer: ApiServer, token: (signal: AbortSignal) => Promise<AccessToken>) {
    this.#http = http;
    this.#apiServer = apiServer;
    this.#token = token;
  }

  async call<T>(
    operation: string,
    { signal, write = false }: { signal: AbortSignal; write?: boolean },
    work: (clients: Clients) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(this.#clients(operation, write, signal));
    } catch (error) {
      signal.throwIfAborted();
      throw kubernetesFailure(error, operation);
    }
  }

  #clients(operation: string, write: boolean, signal: AbortSignal): Clients {
    let body = '';
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(this.#apiServer.server, {}),
      httpApi: wrapHttpLibrary({
        send: async (request) => {
          const reply = await this.#send(request, operation, write, signal);
          body = reply.body.toString('utf8');
          const text = body;
          return new ResponseContext(
            reply.status,
            { ...reply.headers },
            {
              text: async () => text,
              binary: async () => reply.body,
              stream: () => null,
            },
          );
        },
      }),
    });
    return {
      core: new CoreV1Api(configuration),
      apps: new AppsV1Api(configuration),
      authorization: new AuthorizationV1Api(configuration),
      version: new VersionApi(configuration),
      objects: new DiscoveredObjectApi(configuration, this.#discovered),
      raw: () => JSON.parse(body) as unknown,
    };
  }

  async #send(request: RequestContext, operation: string, mayWrite: boolean, signal: AbortSignal) {
    const method = request.getHttpMethod();
    const body = request.getBody();
    const write = mayWrite && method !== 'GET';
    const token = await this.#token(signal);
    const reply = await this.#http.send({
      service: 'kubernetes',
      operation,
      destination: 'aks',
      url: request.getUrl(),
      method,
      headers: { ...request.getHeaders(), Authorization: `Bearer ${token.reveal()}`, 'User-Agent': 'patless' },
      body: typeof body === 'string' ? body : undefined,
      write,
      ca: this.#apiServer.ca,
      signal,
    });
    if (reply.status < 200 || reply.status > 299) throw statusFailure(reply, operation, write);
    return reply;
  }
}
