import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { StatusError } from '../embedded/status.ts';
import type { ApiServer } from './processes.ts';

export interface Call {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: Buffer | string;
}

/** Talks to a real API server; a dead connection is an error, never an answer. */
export interface ApiClient {
  open(call: Call): Promise<IncomingMessage>;
  /** As the administrator; a refusal is thrown as the Status that it is. */
  json<T>(call: Omit<Call, 'body'> & { body?: unknown }): Promise<T>;
  close(): void;
}

export async function collect(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function createApiClient(server: ApiServer): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const open = ({ method, path, headers = {}, body }: Call) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          host: '127.0.0.1',
          port: server.port,
          ca: server.ca,
          method,
          path,
          agent,
          headers: { ...headers, ...(body && body.length > 0 ? { 'content-length': Buffer.byteLength(body) } : {}) },
        },
        resolve,
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    open,
    json: async <T>({ body, headers, ...call }: Omit<Call, 'body'> & { body?: unknown }): Promise<T> => {
      const incoming = await open({
        ...call,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...headers,
          authorization: `Bearer ${server.adminToken}`,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = (await collect(incoming)).toString('utf8');
      const status = incoming.statusCode ?? 0;
      if (status < 300) return JSON.parse(text) as T;
      const said = parseStatus(text);
      throw new StatusError(status, said.reason ?? 'Unknown', said.message ?? text);
    },
    close: () => agent.destroy(),
  };
}

function parseStatus(text: string): { reason?: string; message?: string } {
  try {
    return JSON.parse(text) as { reason?: string; message?: string };
  } catch {
    return {};
  }
}
