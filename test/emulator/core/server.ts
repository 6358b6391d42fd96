import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { faultResponse } from './faults.ts';
import { type EmulatorRequest, type EmulatorResponse, findRoute, type Service } from './service.ts';
import type { World } from './world.ts';

const maximumBody = 32 * 1024 * 1024;

/** Finds the service of a host; a request to localhost names its host in the first path segment, and Entra owns the rest. */
export function dispatch(
  services: readonly Service[],
  hostHeader: string,
  path: string,
): { service: Service; host: string; path: string } | undefined {
  const matches = (host: string) =>
    services.find(({ hosts }) =>
      hosts.some((known) => (known.startsWith('.') ? host.endsWith(known) : host === known)),
    );
  const host = hostHeader.replace(/:\d+$/, '').toLowerCase();
  const named = matches(host);
  if (named) return { service: named, host, path };
  const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? [];
  const inPath = first.includes('.') ? matches(first.toLowerCase()) : undefined;
  if (inPath) return { service: inPath, host: first.toLowerCase(), path: rest || '/' };
  const control = first === '_emulator' ? services.find(({ name }) => name === 'control') : undefined;
  const fallback = control ?? services.find(({ name }) => name === 'entra');
  return fallback ? { service: fallback, host: fallback.hosts[0] ?? host, path } : undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBody) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: Exclude<EmulatorResponse, 'handled'>, half = false): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : (answer.body ?? Buffer.alloc(0));
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    response.setHeader(name, value as string | string[]);
  if (answer.status !== 204) response.setHeader('content-length', body.length);
  response.writeHead(answer.status);
  if (half) {
    response.write(body.subarray(0, Math.max(1, Math.floor(body.length / 2))), () => response.destroy());
    return;
  }
  response.end(body);
}

export function createListener(services: () => readonly Service[], world: () => World): RequestListener {
  return (raw, response) => {
    void handle(raw, response).catch((error: unknown) => {
      // A crash of the emulator must look like one, never like an answer of the service.
      if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(`emulator failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  };

  async function handle(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const state = world();
    const url = new URL(raw.url ?? '/', 'http://emulator.invalid');
    const found = dispatch(services(), raw.headers.host ?? '', url.pathname);
    if (!found) {
      response.writeHead(421).end();
      return;
    }
    const match = findRoute(found.service, raw.method ?? 'GET', found.path);
    const operation = match?.route.operation ?? 'unknown';
    const fault = found.service.name === 'control' ? undefined : state.faults.take(found.service.name, operation);
    // Entra's own look at an issuer is no call of the product, and adds nothing to its critical path.
    const ours = found.service.name === 'control' || raw.headers['x-emulator-internal'] !== undefined;
    if (!ours && state.timing.latencyMs > 0) await state.clock.sleep(state.timing.latencyMs);
    if (fault?.type === 'delay') await state.clock.sleep(fault.ms);
    if (fault?.type === 'reset' && fault.when === 'before') {
      raw.socket.destroy();
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(raw.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
    );
    const streaming = match?.route.operation.startsWith('stream.') ?? false;
    const request: EmulatorRequest = {
      method: raw.method ?? 'GET',
      host: found.host,
      path: found.path,
      query: url.searchParams,
      headers,
      body: streaming ? Buffer.alloc(0) : await readBody(raw),
      params: match?.params ?? {},
      raw: { request: raw, response },
    };
    if (fault?.type === 'status' || fault?.type === 'claims') {
      const answer = faultResponse(fault);
      if (answer !== 'handled') send(response, answer);
      return;
    }
    const answer = await (match ? match.route.handle(request, state) : found.service.unknown(request, state));
    if (request.method !== 'GET' && request.method !== 'HEAD') state.changed();
    if (answer === 'handled') return;
    if (fault?.type === 'reset' && fault.when === 'after') {
      raw.socket.destroy();
      return;
    }
    send(response, answer, fault?.type === 'reset' && fault.when === 'mid');
  }
}

/** Listens on loopback only. Port 0 takes a free one; a taken port rejects with EADDRINUSE. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export const servers = { http: createHttpServer, tls: createTlsServer };
