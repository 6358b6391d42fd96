import { expect } from 'vitest';
import type { Emulator, EmulatorOptions } from '../core/emulator.ts';
import type { Audience, World } from '../core/world.ts';
import { startTestEmulator } from '../test-emulator.ts';
import { seedAzure } from '../world/azure.ts';
import { contosoTenantId, seedDirectory, users } from '../world/directory.ts';

export type Who = keyof typeof users | Stranger;
interface Stranger {
  readonly oid: string;
  readonly name: string;
}

/** An emulator with people, subscriptions, clusters and identities, but without API servers behind the clusters. */
export async function startArm(timing: EmulatorOptions['timing'] = {}): Promise<ArmWorld> {
  const emulator = await startTestEmulator({
    timing,
    seed: async (world) => {
      await seedDirectory(world);
      seedAzure(world);
    },
  });
  return armWorld(emulator);
}

export interface ArmWorld {
  readonly emulator: Emulator;
  readonly world: World;
  /** Base URL of ARM for an SDK client. */
  readonly endpoint: string;
  token(who: Who, audience?: Audience, seconds?: number): Promise<string>;
  credential(who: Who): { getToken(): Promise<{ token: string; expiresOnTimestamp: number }> };
  /** A raw call; `api-version` is added unless the path names one. */
  call(
    method: string,
    path: string,
    options?: { as?: Who; body?: unknown; headers?: Record<string, string> },
  ): Promise<Raw>;
}
export interface Raw {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into by the tests, each in its own shape
  readonly json: any;
}

function armWorld(emulator: Emulator): ArmWorld {
  const { world } = emulator;
  const endpoint = `${emulator.tlsUrl}/management.azure.com`;
  const token: ArmWorld['token'] = (who, audience = 'arm', seconds = 3_600) => {
    const { oid, name }: Stranger = typeof who === 'string' ? { oid: users[who].oid, name: users[who].upn } : who;
    return world.tokens.issue(
      { kind: 'user', tenantId: contosoTenantId, oid, name, displayName: name },
      audience,
      seconds,
    );
  };
  return {
    emulator,
    world,
    endpoint,
    token,
    credential: (who) => ({
      getToken: async () => ({ token: await token(who), expiresOnTimestamp: Date.now() + 3_600_000 }),
    }),
    call: async (method, path, { as = 'operator', body, headers = {} } = {}) => {
      const url = `${endpoint}${path}${path.includes('api-version') ? '' : `${path.includes('?') ? '&' : '?'}api-version=2024-11-30`}`;
      const response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${await token(as)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined;
      return { status: response.status, headers: response.headers, text, json };
    },
  };
}

export function expectError(raw: Raw, status: number, code: string): void {
  expect({ status: raw.status, code: raw.json?.error?.code ?? raw.json?.code }).toEqual({ status, code });
}
