import { Agent, get as httpGet } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface Answer {
  readonly status: number;
  /** From sending the request to the last byte of its answer. */
  readonly tookMs: number;
  readonly body: Buffer;
  /** As it went over the wire. */
  readonly wireBytes: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** One GET as a browser sends it, compressed, on a kept connection. No redirect is followed. */
export function get(url: URL, cookie = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const request = httpGet(
      url,
      { agent, timeout: 30_000, headers: { 'accept-encoding': 'gzip', accept: 'text/html,*/*', cookie } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const tookMs = performance.now() - startedAt;
          const wire = Buffer.concat(chunks);
          const body = response.headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
          resolve({ status: response.statusCode ?? 0, tookMs, body, wireBytes: wire.length });
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`${url.pathname} did not answer within 30 seconds`)));
    request.on('error', reject);
  });
}
