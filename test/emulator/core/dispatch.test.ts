import { expect, test } from 'vitest';
import { dispatch } from './server.ts';
import { findRoute, json, type Service } from './service.ts';

const service = (name: Service['name'], hosts: string[]): Service => ({
  name,
  hosts,
  routes: [],
  unknown: () => json(501, {}),
});
const services = [
  service('control', []),
  service('entra', ['login.microsoftonline.com']),
  service('arm', ['management.azure.com']),
  service('devops', ['dev.azure.com', '.dev.azure.com']),
  service('kubernetes', ['.azmk8s.io']),
];
const to = (host: string, path: string) => {
  const found = dispatch(services, host, path);
  return found && [found.service.name, found.host, found.path];
};

test.each([
  ['management.azure.com', '/subscriptions', ['arm', 'management.azure.com', '/subscriptions']],
  ['MANAGEMENT.azure.com:4443', '/subscriptions', ['arm', 'management.azure.com', '/subscriptions']],
  ['localhost:4443', '/management.azure.com/subscriptions', ['arm', 'management.azure.com', '/subscriptions']],
  ['localhost:4443', '/vssps.dev.azure.com/contoso-eng/_apis', ['devops', 'vssps.dev.azure.com', '/contoso-eng/_apis']],
  ['localhost:4443', '/dev.azure.com', ['devops', 'dev.azure.com', '/']],
  ['localhost:4443', '/a.hcp.westeurope.azmk8s.io/api', ['kubernetes', 'a.hcp.westeurope.azmk8s.io', '/api']],
  [
    'localhost:4443',
    '/contoso.example/oauth2/v2.0/token',
    ['entra', 'login.microsoftonline.com', '/contoso.example/oauth2/v2.0/token'],
  ],
  ['localhost:4443', '/_emulator/state', ['control', 'localhost', '/_emulator/state']],
  ['evil-management.azure.com', '/x', ['entra', 'login.microsoftonline.com', '/x']],
])('%s %s', (host, path, expected) => {
  expect(to(host, path)).toEqual(expected);
});

const routed: Service = {
  ...service('arm', ['management.azure.com']),
  routes: [
    { method: 'GET', path: '/things/:name', operation: 'thing.get', handle: () => json(200, {}) },
    { method: '*', path: '/files/*rest', operation: 'file.any', handle: () => json(200, {}) },
  ],
};

test('names are decoded, literals compare whatever their case, and a stray percent sign breaks nothing', () => {
  expect(findRoute(routed, 'GET', '/THINGS/a%20b')?.params).toEqual({ name: 'a b' });
  expect(findRoute(routed, 'GET', '/things/100%')?.params).toEqual({ name: '100%' });
  expect(findRoute(routed, 'PUT', '/files/a/b/c')?.params).toEqual({ rest: 'a/b/c' });
  expect(findRoute(routed, 'PUT', '/things/a')).toBeUndefined();
});
