import { lookup as lookupAddress } from 'node:dns';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { isNeverRemote } from './egress.ts';

export interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** PEM of the only authority to trust; the system's when absent. */
  readonly ca?: string;
  /** Opens a connection of its own, see below. */
  readonly fresh: boolean;
  /** May resolve to loopback or link-local, because the cloud environment names it. */
  readonly configured: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
export interface Reply {
  readonly status: number;
  readonly statusText: string;
  /** Lower-case names; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
  readonly body: Buffer;
}

/** No complete answer came. `sent`: the server may have received the request. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code: string;
  readonly sent: boolean;
  constructor(code: string, sent: boolean, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.sent = sent;
  }
}

const maximumBody = 64 * 1024 * 1024;
const agents = new Map<string, Agent>();

function agentFor(ca: string | undefined): Agent {
  const key = ca ?? '';
  const agent =
    agents.get(key) ?? new Agent({ keepAlive: true, maxSockets: 32, timeout: 60_000, ...(ca ? { ca } : {}) });
  agents.set(key, agent);
  return agent;
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookupAddress(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error || !first) return callback(error ?? new Error('ENOTFOUND'), '', 0);
    if (addresses.some(({ address }) => isNeverRemote(address)))
      return callback(Object.assign(new Error(`${hostname} resolves to a local address`), { code: 'ELOCAL' }), '', 0);
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

/** One request, one answer: follows no redirect, retries nothing. Rejects with NoAnswer, or with the signal's reason. */
export function exchange(request: Exchange): Promise<Reply> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, timeout]);
  let sent = false;
  return new Promise<Reply>((resolve, reject) => {
    const fail = (error: unknown) => {
      if (request.signal.aborted) return reject(request.signal.reason);
      reject(new NoAnswer(timeout.aborted ? 'TIMEOUT' : codeOf(error), sent, { cause: error }));
    };
    if (signal.aborted) return fail(signal.reason);
    const options: RequestOptions = {
      method: request.method,
      headers: { 'accept-encoding': 'gzip', ...request.headers, ...lengthOf(request.body) },
      signal,
      // A kept-alive connection may die while a request is on its way, and nobody can tell whether it arrived. A write takes a
      // connection of its own: otherwise an idle time-out of a gateway would look like a write of unknown outcome.
      ...(request.fresh ? { agent: false, ca: request.ca } : { agent: agentFor(request.ca) }),
      ...(request.configured ? {} : { lookup: guardedLookup }),
    };
    const outgoing = httpsRequest(request.url, options, (response) => {
      readBody(response).then((body) => {
        const headers = flatten(response.headers);
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers,
          header: (name) => headers[name],
          body,
        });
      }, fail);
    });
    outgoing.on('socket', (socket) => {
      if (outgoing.reusedSocket) sent = true;
      else
        socket.once('secureConnect', () => {
          sent = true;
        });
    });
    outgoing.on('error', fail);
    outgoing.end(request.body);
  });
}

function lengthOf(body: string | Uint8Array | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBody) throw Object.assign(new Error('answer too large'), { code: 'EMSGSIZE' });
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return response.headers['content-encoding'] === 'gzip' ? gunzipSync(body, { maxOutputLength: maximumBody }) : body;
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function codeOf(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return 'UNKNOWN';
}
