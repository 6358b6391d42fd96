import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createEgress } from '../../../lib/clients/egress.ts';
import { createHttp, type HttpRequest } from '../../../lib/clients/http.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import type { Clock } from '../../../lib/ports.ts';
import { UpstreamError } from '../../../lib/problems/upstream-error.ts';
import { issueServerCertificate, readAuthority } from '../../emulator/core/certificates.ts';
import { testCertificatesDir } from '../../emulator/test-ca.ts';

const never = new AbortController().signal;
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server that answers as told, and the transport pointed at it with a clock that only counts. */
async function start(listener: RequestListener) {
  const certificate = await issueServerCertificate(await readAuthority(testCertificatesDir));
  const server = createServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `https://localhost:${(server.address() as AddressInfo).port}`;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => new Date(),
    sleep: async (ms) => {
      slept.push(ms);
    },
  };
  const http = createHttp({
    egress: createEgress({
      ...builtInClouds.public,
      arm: { endpoint: base, audience: 'https://management.azure.com/' },
    }),
    clock,
  });
  const send = (more: Partial<HttpRequest> = {}) =>
    http.send({
      service: 'arm',
      operation: 'get thing',
      destination: 'arm',
      url: `${base}/thing`,
      method: 'GET',
      write: false,
      signal: never,
      ...more,
    });
  return { send, slept, base };
}
async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UpstreamError)) throw new Error(`no UpstreamError: ${String(error)}`);
  return error;
}

describe('reads', () => {
  test('are tried three times, and the last answer stands', async () => {
    let asked = 0;
    const { send, slept } = await start((_request, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    expect((await send()).status).toBe(503);
    expect(asked).toBe(3);
    expect(slept).toHaveLength(2);
  });

  test('wait as long as asked, but not for longer than half a minute', async () => {
    let asked = 0;
    const { send, slept } = await start((_request, response) => {
      asked += 1;
      response.writeHead(429, { 'retry-after': asked === 1 ? '4' : '600' }).end();
    });
    expect((await send()).status).toBe(429);
    expect(asked).toBe(2);
    expect(slept).toEqual([4_000]);
  });

  test('a refusal stands at once', async () => {
    let asked = 0;
    const { send } = await start((_request, response) => {
      asked += 1;
      response.writeHead(403).end();
    });
    expect((await send()).status).toBe(403);
    expect(asked).toBe(1);
  });

  test('redirects are answers, never followed', async () => {
    const { send, base } = await start((_request, response) => {
      response.writeHead(302, { location: `${base}/elsewhere` }).end();
    });
    expect((await send()).status).toBe(302);
  });
});

describe('writes', () => {
  test('are sent once; a reset after the request leaves the outcome unknown', async () => {
    let asked = 0;
    const { send } = await start((request) => {
      asked += 1;
      request.resume();
      request.on('end', () => request.socket.destroy());
    });
    const error = await failureOf(send({ method: 'PUT', body: '{}', write: true }));
    expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true });
    expect(asked).toBe(1);
  });

  test('whose connection was never made did not happen', async () => {
    const { send, base } = await start(() => {});
    for (const end of ends.splice(0)) end();
    const error = await failureOf(send({ method: 'PUT', body: '{}', write: true, url: `${base}/gone` }));
    expect(error).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED', outcomeUnknown: false });
  });
});

describe('time and abort', () => {
  test('silence becomes unreachable', async () => {
    const { send } = await start(() => {});
    expect(await failureOf(send({ timeoutMs: 100 }))).toMatchObject({ kind: 'unreachable', code: 'TIMEOUT' });
  });

  test("an abort rejects with the signal's reason", async () => {
    const { send } = await start(() => {});
    const controller = new AbortController();
    const reason = new Error('the page was left');
    setTimeout(() => controller.abort(reason), 50);
    await expect(send({ signal: controller.signal })).rejects.toBe(reason);
  });
});

test('a certificate of another authority is no connection', async () => {
  const { send } = await start((_request, response) => response.end());
  const other = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  expect((await failureOf(send({ ca: other }))).kind).toBe('unreachable');
});

test('a foreign host is refused before anything is sent', async () => {
  const { send } = await start(() => {});
  expect(await failureOf(send({ url: 'https://example.com/' }))).toMatchObject({
    kind: 'invalid',
    code: 'EgressRefused',
  });
});
