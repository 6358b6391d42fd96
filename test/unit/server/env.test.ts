import { describe, expect, it } from 'vitest';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import { EnvironmentError, parseEnvironment } from '../../../lib/server/env.ts';

const complete = {
  APP_ORIGIN: 'https://patless.contoso.example',
  ENTRA_TENANT_ID: '22222222-0000-4000-8000-000000000000',
  ENTRA_CLIENT_ID: '33333333-0000-4000-8000-000000000000',
  ENTRA_CLIENT_SECRET: 'canary-secret-value',
  SESSION_KEY: Buffer.alloc(32, 7).toString('base64'),
};
function faultsOf(source: Record<string, string | undefined>): readonly string[] {
  try {
    parseEnvironment(source);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults;
    throw error;
  }
  throw new Error('accepted');
}

describe('environment', () => {
  it('takes the defaults of a complete one', () => {
    expect(parseEnvironment(complete)).toMatchObject({
      appOrigin: 'https://patless.contoso.example',
      secureCookies: true,
      cloud: builtInClouds.public,
      credential: { kind: 'secret' },
      sessionIdleMs: 1_800_000,
      sessionMs: 28_800_000,
      host: '127.0.0.1',
      port: 3000,
    });
    expect(parseEnvironment(complete).sessionKey).toHaveLength(32);
  });
  it('names everything that is missing at once', () => {
    const faults = faultsOf({});
    expect(faults.map((fault) => fault.split(/[ ,]/)[0])).toEqual([
      'APP_ORIGIN',
      'ENTRA_TENANT_ID',
      'ENTRA_CLIENT_ID',
      'SESSION_KEY',
      'AZURE_FEDERATED_TOKEN_FILE',
    ]);
    for (const fault of faults) expect(fault).toMatch(/[Ss]et (it|one)/);
  });
  it('treats an empty value as missing', () => {
    expect(faultsOf({ ...complete, SESSION_KEY: '  ' })[0]).toMatch(/^SESSION_KEY is missing/);
  });
  it('never repeats a value', () => {
    const text = faultsOf({ ...complete, SESSION_KEY: 'canary-session-key', PORT: 'canary-port' }).join('\n');
    expect(text).toMatch(/SESSION_KEY is not valid[\s\S]*PORT is not valid/);
    expect(text).not.toContain('canary');
  });
  it.each([
    ['APP_ORIGIN', 'http://patless.contoso.example'],
    ['APP_ORIGIN', 'https://patless.contoso.example/path'],
    ['APP_ORIGIN', 'patless.contoso.example'],
    ['SESSION_KEY', Buffer.alloc(16).toString('base64')],
    ['SESSION_HOURS', '48'],
    ['DATABASE_URL', 'mysql://localhost/patless'],
    ['CLOUD_ENVIRONMENT', 'germany'],
    ['ENTRA_TENANT_ID', 'contoso.example'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ ...complete, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is not valid`)),
    ]);
  });
  it('sends cookies without the secure flag on localhost alone', () => {
    expect(parseEnvironment({ ...complete, APP_ORIGIN: 'http://localhost:3000' }).secureCookies).toBe(false);
  });
  it('prefers a federated token to a secret, and says when its file is not there', () => {
    expect(parseEnvironment({ ...complete, AZURE_FEDERATED_TOKEN_FILE: import.meta.filename }).credential).toEqual({
      kind: 'federated-token',
      path: import.meta.filename,
    });
    expect(faultsOf({ ...complete, AZURE_FEDERATED_TOKEN_FILE: '/nonexistent' })[0]).toMatch(/cannot be read/);
  });
  it('names the places of a custom cloud that are wrong', () => {
    const custom = { ...complete, CLOUD_ENVIRONMENT: 'custom' };
    expect(faultsOf(custom)[0]).toMatch(/^CLOUD_CONFIG is missing/);
    expect(faultsOf({ ...custom, CLOUD_CONFIG: '{' })[0]).toMatch(/not JSON/);
    const broken = { ...builtInClouds.public, arm: { endpoint: 'nowhere', audience: 'x' } };
    expect(faultsOf({ ...custom, CLOUD_CONFIG: JSON.stringify(broken) })[0]).toMatch(/not valid at arm\.endpoint/);
    const cloud = parseEnvironment({ ...custom, CLOUD_CONFIG: JSON.stringify(builtInClouds.usgov) }).cloud;
    expect(cloud).toEqual(builtInClouds.usgov);
  });
});
