import { request as httpsRequest } from 'node:https';
import type { World } from '../../core/world.ts';

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
const limit = 64 * 1024 * 1024;

/**
 * A request of a simulated pod: DNS inside the simulated clusters leads every host to the emulator's own TLS port, so the
 * URL keeps its real-looking name. Redirects are answers, not followed.
 */
export function send(
  world: World,
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(
      {
        host: '127.0.0.1',
        port: world.ports.tls,
        servername: 'localhost',
        ca: world.caPem,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...headers, ...(body ? { 'content-length': Buffer.byteLength(body) } : {}) },
        timeout: 20_000,
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > limit) incoming.destroy(new Error('answer too large'));
          else chunks.push(chunk);
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            statusText: incoming.statusMessage ?? '',
            headers: incoming.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('i/o timeout')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
