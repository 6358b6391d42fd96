import { describe, expect, test } from 'vitest';
import { createEgress, EgressRefused, isNeverRemote } from '../../../lib/clients/egress.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';

const cloud = createEgress(builtInClouds.public);
const shared = createEgress({
  ...builtInClouds.public,
  authorityHost: 'https://localhost:4443',
  arm: { endpoint: 'https://localhost:4443/management.azure.com', audience: 'https://management.azure.com/' },
  aks: { ...builtInClouds.public.aks, apiServerHosts: ['localhost:4443', '.azmk8s.io'] },
});

describe('the public cloud', () => {
  test.each([
    ['https://management.azure.com/subscriptions?api-version=2022-12-01', 'arm'],
    ['https://dev.azure.com/contoso/_apis/projects', 'devops'],
    ['https://vssps.dev.azure.com/contoso/_apis/graph/groups', 'devops'],
    ['https://login.microsoftonline.com/tenant/oauth2/v2.0/token', 'entra'],
    ['https://aks-1.hcp.westeurope.azmk8s.io:443/api/v1', 'aks'],
  ] as const)('lets %s through to %s', (url, destination) => {
    expect(cloud.check(url, destination).href).toContain('https://');
  });

  test.each([
    ['https://management.azure.com/', 'devops', 'another service of the same cloud'],
    ['https://dev.azure.com/contoso', 'arm', 'another service of the same cloud'],
    ['https://management.azure.com.example.com/', 'arm', 'a name that only starts right'],
    ['https://evil-azmk8s.io/', 'aks', 'a name that only ends alike'],
    ['https://azmk8s.io/', 'aks', 'the bare suffix'],
    ['https://management.azure.com:8443/', 'arm', 'another port'],
    ['http://management.azure.com/', 'arm', 'plain http'],
    ['https://management.azure.com@example.com/', 'arm', 'a host that hides behind a user name'],
    ['https://operator:secret@management.azure.com/', 'arm', 'credentials in the URL'],
    ['https://169.254.169.254/metadata/identity', 'aks', 'the metadata service'],
    ['https://10.0.0.1/', 'aks', 'a private address'],
    ['https://[fd00::1]/', 'aks', 'a private IPv6 address'],
    ['file:///etc/passwd', 'arm', 'a file'],
    ['/subscriptions', 'arm', 'a relative path'],
  ] as const)('refuses %s for %s: %s', (url, destination, _what) => {
    expect(() => cloud.check(url, destination)).toThrow(EgressRefused);
  });
});

describe('services that share an origin', () => {
  test('are told apart by their path', () => {
    expect(() => shared.check('https://localhost:4443/management.azure.com/subscriptions', 'arm')).not.toThrow();
    expect(() => shared.check('https://localhost:4443/management.azure.com.evil/x', 'arm')).toThrow(EgressRefused);
    expect(() => shared.check('https://localhost:4443/dev.azure.com/contoso', 'arm')).toThrow(EgressRefused);
  });
  test.each([
    '/management.azure.com/../dev.azure.com/x',
    '/management.azure.com/%2e%2e/dev.azure.com/x',
    '/management.azure.com/..%2fdev.azure.com/x',
    '/management.azure.com/..%5cdev.azure.com',
  ])('cannot be reached by climbing: %s', (path) => {
    expect(() => shared.check(`https://localhost:4443${path}`, 'arm')).toThrow(EgressRefused);
  });
});

test('names that the cloud does not configure may not resolve to this machine or its metadata', () => {
  for (const address of [
    '127.0.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '::1',
    'fe80::1',
    '168.63.129.16',
    '::ffff:127.0.0.1',
    '0.0.0.0',
  ])
    expect(isNeverRemote(address)).toBe(true);
  // Private clusters live in private networks.
  for (const address of ['10.1.2.3', '192.168.1.1', '20.50.2.7', 'fd00::1', '2603::1'])
    expect(isNeverRemote(address)).toBe(false);
  expect(shared.isConfigured('localhost')).toBe(true);
  expect(shared.isConfigured('aks-1.azmk8s.io')).toBe(false);
});
