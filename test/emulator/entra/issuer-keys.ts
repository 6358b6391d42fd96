import { get } from 'node:https';
import type { JSONWebKeySet } from 'jose';
import type { World } from '../core/world.ts';

const timeoutMs = 5_000;
const maximumBytes = 256 * 1024;

/**
 * The key set of an assertion's issuer, fetched now: discovery document, then its `jwks_uri`. Every host is looked for in this
 * emulator, where the simulated issuers live; one that is not simulated does not answer. Undefined when any of it fails.
 */
export async function fetchIssuerKeys(world: World, issuer: string): Promise<JSONWebKeySet | undefined> {
  try {
    const base = new URL(issuer);
    if (base.protocol !== 'https:') return undefined;
    const discovery = await getJson(
      world,
      `${issuer}${issuer.endsWith('/') ? '' : '/'}.well-known/openid-configuration`,
    );
    if (discovery.issuer !== issuer || typeof discovery.jwks_uri !== 'string') return undefined;
    const keys = await getJson(world, discovery.jwks_uri);
    return Array.isArray(keys.keys) ? (keys as unknown as JSONWebKeySet) : undefined;
  } catch {
    return undefined;
  }
}

function getJson(world: World, address: string): Promise<Record<string, unknown>> {
  const url = new URL(address);
  return new Promise((resolve, reject) => {
    const request = get(
      {
        host: '127.0.0.1',
        port: world.ports.tls,
        servername: url.hostname,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.hostname, accept: 'application/json', 'x-emulator-internal': 'entra' },
        ca: world.caPem,
        agent: false,
        timeout: timeoutMs,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maximumBytes) request.destroy(new Error('answer too large'));
          chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode !== 200) return reject(new Error(`status ${response.statusCode}`));
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>);
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
  });
}
