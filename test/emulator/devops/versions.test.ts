import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.ts';
import { ask, startDevops, tokenOf } from './testing/devops-world.ts';

let emulator: Emulator;
let token: string;
beforeAll(async () => {
  emulator = await startDevops();
  token = await tokenOf(emulator.world, 'operator');
});
afterAll(() => emulator.stop());

test('a preview resource wants the flag, and says so with the version that was asked for', async () => {
  const reply = await ask(emulator.world, 'graph', '/contoso-eng/_apis/graph/groups?api-version=7.1', { token });
  expect(reply.status).toBe(400);
  expect(reply.body).toMatchObject({
    message:
      'The requested version "7.1" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "7.1-preview"',
    typeKey: 'VssInvalidPreviewVersionException',
  });
});

test('released resources take 7.1 but 7.2 only as preview', async () => {
  const status = async (version: string) =>
    (await ask(emulator.world, 'core', `/contoso-eng/_apis/projects?api-version=${version}`, { token })).status;
  expect(await status('7.1')).toBe(200);
  expect(await status('5.0')).toBe(200);
  expect(await status('7.2')).toBe(400);
  expect(await status('7.2-preview.4')).toBe(200);
  expect(await status('8.0-preview')).toBe(400);
  expect(await status('nonsense')).toBe(400);
});

test('the negotiated version is repeated in the content type of successes only', async () => {
  const { world } = emulator;
  const listed = await ask(world, 'core', '/contoso-eng/_apis/projects', {
    token,
    headers: { accept: 'application/json;api-version=7.2-preview.4' },
  });
  expect(listed.headers.get('content-type')).toBe('application/json; charset=utf-8; api-version=7.2-preview.4');
  const missing = await ask(world, 'core', '/contoso-eng/_apis/projects/Nowhere?api-version=7.1', { token });
  expect(missing.headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test('reads may leave the version out, writes may not', async () => {
  const { world } = emulator;
  const headers = { accept: 'application/json' };
  expect((await ask(world, 'core', '/contoso-eng/_apis/connectionData', { token, headers })).status).toBe(200);
  const write = await ask(world, 'graph', '/contoso-eng/_apis/graph/subjectlookup', {
    token,
    headers,
    method: 'POST',
    body: { lookupKeys: [] },
  });
  expect(write.status).toBe(400);
  expect(write.body.typeKey).toBe('VssVersionNotSpecifiedException');
});

test('every answer carries the recorded headers', async () => {
  const session = '7ab11fa3-e21d-4ba6-9bb5-864b2d4a29b0';
  const reply = await ask(emulator.world, 'core', '/contoso-eng/_apis/projects', {
    token,
    headers: { 'x-tfs-session': session },
  });
  expect(reply.headers.get('x-tfs-session')).toBe(session);
  expect(reply.headers.get('activityid')).toBe(reply.headers.get('x-vss-e2eid'));
  expect(reply.headers.get('x-vss-userdata')).toMatch(/^[0-9a-f-]{36}:operator@contoso\.example$/);
  for (const name of [
    'x-tfs-processid',
    'x-vss-senderdeploymentid',
    'x-msedge-ref',
    'request-context',
    'p3p',
    'pragma',
  ])
    expect(reply.headers.get(name), name).toBeTruthy();
});
