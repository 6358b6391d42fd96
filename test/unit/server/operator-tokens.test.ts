import { InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import { describe, expect, it } from 'vitest';
import type { OperatorAudience } from '../../../lib/clients/operator-tokens.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import { UpstreamError } from '../../../lib/problems/upstream-error.ts';
import { scopesFor } from '../../../lib/server/msal.ts';
import { createOperatorTokens, upstreamErrorOf } from '../../../lib/server/operator-tokens.ts';

const never = new AbortController().signal;

function fakes(options: { cache?: string; acquire?: (cache: string, audience: OperatorAudience) => Promise<void> }) {
  let stored = options.cache;
  const log: string[] = [];
  return {
    log,
    stored: () => stored,
    sessions: {
      readCache: async () => stored,
      writeCache: async (_id: string, cache: string) => {
        stored = cache;
        return true;
      },
    },
    entra: {
      async acquire(cache: string, audience: OperatorAudience) {
        log.push(`${audience} begins`);
        await options.acquire?.(cache, audience);
        log.push(`${audience} ends`);
        return {
          token: `token of ${audience}`,
          expiresAt: new Date(Date.now() + 3_600_000),
          cache: `${cache}+${audience}`,
        };
      },
    },
  };
}
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 10));

describe('operator tokens', () => {
  it('asks once, however many need the same token at once', async () => {
    const { sessions, entra, log } = fakes({ cache: 'c', acquire: pause });
    const [one, two] = [createOperatorTokens(sessions, entra, 's-1'), createOperatorTokens(sessions, entra, 's-1')];
    const tokens = await Promise.all([one.get('arm', never), one.get('arm', never), two.get('arm', never)]);
    expect(tokens.map((token) => token.reveal())).toEqual(Array(3).fill('token of arm'));
    expect(log).toEqual(['arm begins', 'arm ends']);
    await one.get('arm', never);
    expect(log).toHaveLength(2);
  });
  it('changes the cache for one audience after the other, so that none is lost', async () => {
    const { sessions, entra, log, stored } = fakes({ cache: 'c', acquire: pause });
    const tokens = createOperatorTokens(sessions, entra, 's-2');
    await Promise.all([tokens.get('arm', never), tokens.get('aks', never), tokens.get('devops', never)]);
    expect(stored()).toBe('c+arm+aks+devops');
    expect(log).toEqual(['arm begins', 'arm ends', 'aks begins', 'aks ends', 'devops begins', 'devops ends']);
  });
  it('ends one waiting caller on abort, not the others', async () => {
    const { sessions, entra } = fakes({ cache: 'c', acquire: pause });
    const tokens = createOperatorTokens(sessions, entra, 's-3');
    const controller = new AbortController();
    const [aborted, other] = [tokens.get('arm', controller.signal), tokens.get('arm', never)];
    controller.abort(new Error('gone'));
    await expect(aborted).rejects.toThrow('gone');
    expect((await other).reveal()).toBe('token of arm');
  });
  it('goes on after a failure', async () => {
    const faults = ['busy'];
    const { sessions, entra } = fakes({
      cache: 'c',
      async acquire() {
        const fault = faults.pop();
        if (fault) throw new ServerError('temporarily_unavailable', 'c-1', fault, undefined, undefined, 503);
      },
    });
    const tokens = createOperatorTokens(sessions, entra, 's-4');
    await expect(tokens.get('arm', never)).rejects.toMatchObject({ kind: 'unavailable', service: 'entra' });
    expect((await tokens.get('arm', never)).reveal()).toBe('token of arm');
  });
  it('asks for a sign-in when the session has ended', async () => {
    const { sessions, entra } = fakes({});
    await expect(createOperatorTokens(sessions, entra, 's-5').get('devops', never)).rejects.toMatchObject({
      kind: 'sign-in',
      audience: 'devops',
    });
  });
  it('hands out tokens that cannot be printed', async () => {
    const { sessions, entra } = fakes({ cache: 'c' });
    const token = await createOperatorTokens(sessions, entra, 's-6').get('arm', never);
    expect(`${token} ${JSON.stringify({ token })}`).not.toContain('token of arm');
  });
});

describe('what MSAL throws', () => {
  it('keeps code and claims of a step-up', () => {
    const claims = '{"access_token":{"capolids":{"essential":true,"values":["x"]}}}';
    const error = new InteractionRequiredAuthError(
      'invalid_grant',
      'c-1',
      'AADSTS50076: Due to a configuration change made by your administrator',
      'basic_action',
      '',
      '',
      claims,
    );
    expect(upstreamErrorOf(error, 'arm')).toMatchObject({
      kind: 'sign-in',
      code: 'AADSTS50076',
      audience: 'arm',
      claims,
      correlationId: 'c-1',
    });
  });
  it.each([
    ['invalid_grant', 400, 'AADSTS700082: The refresh token has expired due to inactivity.', 'sign-in', 'AADSTS700082'],
    ['invalid_client', 401, 'AADSTS7000215: Invalid client secret provided.', 'refused', 'AADSTS7000215'],
    ['server_error', 500, 'oops', 'unavailable', 'server_error'],
    ['throttled', 429, 'slow down', 'throttled', 'throttled'],
    ['network_error', undefined, 'fetch failed', 'unreachable', 'network_error'],
  ])('reads %s %s', (errorCode, status, message, kind, code) => {
    const error = new ServerError(errorCode, 'c-1', message, undefined, undefined, status);
    const upstream = upstreamErrorOf(error, 'aks');
    expect(upstream).toBeInstanceOf(UpstreamError);
    expect(upstream).toMatchObject({ kind, code });
  });
  it('leaves bugs alone', () => {
    const bug = new TypeError('x is undefined');
    expect(upstreamErrorOf(bug, 'arm')).toBe(bug);
  });
});

it('keeps the slash of the ARM audience in its scope', () => {
  expect(scopesFor(builtInClouds.public, 'arm')).toEqual(['https://management.azure.com//.default']);
  expect(scopesFor(builtInClouds.public, 'devops')).toEqual(['499b84ac-1321-427f-aa17-267ca6975798/.default']);
});
