import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import { armFailure } from '../../../lib/clients/arm/failure.ts';
import { entitlementFailure } from '../../../lib/clients/devops/entitlements.ts';
import { devopsFailure } from '../../../lib/clients/devops/failure.ts';
import { tenantOf } from '../../../lib/clients/devops/organizations.ts';
import { exchangeFailure } from '../../../lib/clients/entra.ts';
import { isOutcomeUnknown, kindOf, parseClaimsChallenge, parseRetryAfter } from '../../../lib/clients/failure.ts';
import type { Reply } from '../../../lib/clients/http.ts';
import { readKubeconfig } from '../../../lib/clients/kubernetes/connect.ts';
import { statusFailure } from '../../../lib/clients/kubernetes/failure.ts';
import { toSummary } from '../../../lib/clients/kubernetes/secrets.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';

function reply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return { status, statusText: '', headers, header: (name) => headers[name], body: Buffer.from(body) };
}
const asking = { service: 'devops', operation: 'ask', write: false, delegated: true } as const;

describe('what a status means', () => {
  test.each([
    [401, 'refused'],
    [403, 'refused'],
    [404, 'absent'],
    [409, 'conflict'],
    [412, 'conflict'],
    [400, 'invalid'],
    [422, 'invalid'],
    [429, 'throttled'],
    [500, 'unavailable'],
    [504, 'unavailable'],
  ] as const)('%i is %s', (status, kind) => expect(kindOf(status)).toBe(kind));

  test('after a server error nothing is known of a write', () => {
    expect(isOutcomeUnknown(504, true)).toBe(true);
    expect(isOutcomeUnknown(504, false)).toBe(false);
    expect(isOutcomeUnknown(409, true)).toBe(false);
  });

  test('Retry-After in seconds and as a date', () => {
    expect(parseRetryAfter('17', 0)).toBe(17_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:09 GMT', 4_000)).toBe(5_000);
    expect(parseRetryAfter('soon', 0)).toBeUndefined();
    expect(parseRetryAfter(undefined, 0)).toBeUndefined();
  });

  test('a claims challenge is decoded; an ordinary 401 is none', () => {
    const encoded = Buffer.from('{"access_token":{}}').toString('base64url');
    const header = `Bearer realm="", authorization_uri="https://x/y", error="insufficient_claims", claims="${encoded}"`;
    expect(parseClaimsChallenge(header)).toBe('{"access_token":{}}');
    expect(parseClaimsChallenge('Bearer authorization_uri="https://x/y", error="invalid_token"')).toBeUndefined();
  });
});

describe('Azure Resource Manager', () => {
  const failed = (status: number, body: unknown, headers = {}) =>
    armFailure(
      new RestError('failed', {
        statusCode: status,
        response: {
          status,
          headers: createHttpHeaders(headers),
          request: createPipelineRequest({ url: 'https://management.azure.com/' }),
          bodyAsText: JSON.stringify(body),
        },
      }),
      'put cluster',
      true,
    );

  test('the envelope, and the resource provider that leaves it out', () => {
    expect(failed(403, { error: { code: 'AuthorizationFailed', message: 'The client may not.' } })).toMatchObject({
      kind: 'refused',
      code: 'AuthorizationFailed',
      message: 'The client may not.',
    });
    const unwrapped = { code: 'EtagMismatch', details: [], message: 'Etag mismatched', subcode: 'x' };
    expect(failed(409, unwrapped, { 'x-ms-correlation-request-id': 'c-1' })).toMatchObject({
      kind: 'conflict',
      code: 'EtagMismatch',
      message: 'Etag mismatched',
      correlationId: 'c-1',
    });
  });
  test('a gateway time-out of a write', () => {
    expect(failed(504, 'no json')).toMatchObject({ kind: 'unavailable', outcomeUnknown: true });
  });
});

describe('Azure DevOps', () => {
  test.each([
    ['a 203', reply(203, '<html>', { 'content-type': 'text/html; charset=utf-8' })],
    ['HTML with 200', reply(200, '<!DOCTYPE html>', { 'content-type': 'text/html' })],
    ['a redirect', reply(302, '', { location: 'https://spsprod.vssps.visualstudio.com/_signin' })],
  ])('%s is the sign-in page', (_name, answer) => {
    expect(devopsFailure(answer, asking)).toMatchObject({ kind: 'refused', code: 'SIGN-IN-PAGE' });
  });
  test('numbers come out of messages, bodies with a byte order mark and plain text', () => {
    const envelope = {
      message: 'TF401444: Please sign-in at least once as a\\a\\b.',
      typeKey: 'UnauthorizedRequestException',
    };
    expect(devopsFailure(reply(401, JSON.stringify(envelope)), asking)).toMatchObject({
      code: 'TF401444',
      kind: 'refused',
    });
    expect(devopsFailure(reply(401, `\uFEFF${JSON.stringify(envelope)}`), asking)).toMatchObject({ code: 'TF401444' });
    expect(devopsFailure(reply(404, 'TF401019: The Git repository does not exist.'), asking)).toMatchObject({
      code: 'TF401019',
      kind: 'absent',
    });
    expect(
      devopsFailure(reply(400, '{"message":"preview only","typeKey":"VssInvalidPreviewVersionException"}'), asking),
    ).toMatchObject({ code: 'VssInvalidPreviewVersionException', kind: 'invalid' });
    const encoded = 'TF400813%3A%20The%20user%20is%20not%20authorized.';
    expect(devopsFailure(reply(401, '', { 'x-tfs-serviceerror': encoded }), asking)).toMatchObject({
      code: 'TF400813',
      message: 'TF400813: The user is not authorized.',
    });
  });
  test('a git refusal is taken out of its pkt-lines', () => {
    const body =
      "001f# service=git-receive-pack\n000000000049TF401027: You need the Git 'GenericContribute' permission.\nTF401027: You need the Git 'GenericContribute' permission.";
    expect(
      devopsFailure(reply(403, body, { 'content-type': 'text/plain' }), { ...asking, service: 'git' }),
    ).toMatchObject({
      code: 'TF401027',
      message: "TF401027: You need the Git 'GenericContribute' permission.",
      service: 'git',
    });
  });
  test.each([
    [{ key: 5000, value: "VS403283: Could not add user 'x' at this time." }, 'absent', 'VS403283'],
    [{ key: 5032, value: 'Access Denied: Lena needs Add Users' }, 'refused', '5032'],
    [{ key: 5005, value: 'Failed to assign license Account-Express' }, 'invalid', '5005'],
    [{ key: 5102, value: 'You are trying to invite a user from outside' }, 'invalid', '5102'],
  ] as const)('an entitlement refusal %o', (error, kind, code) => {
    expect(entitlementFailure('add', [error], undefined)).toMatchObject({ kind, code });
  });
  test('an entitlement failure without a reason is still one', () => {
    expect(entitlementFailure('add', null, undefined)).toMatchObject({ kind: 'invalid', status: 200 });
  });
  test.each([
    [
      'unquoted',
      {
        'www-authenticate':
          'Bearer authorization_uri=https://login.microsoftonline.com/5f0c3b1e-8a4d-4c27-9b65-2d7e41a90c11, Basic realm="x", TFS-Federated',
      },
      '5f0c3b1e-8a4d-4c27-9b65-2d7e41a90c11',
    ],
    [
      'quoted',
      {
        'www-authenticate':
          'Bearer authorization_uri="https://login.microsoftonline.com/5F0C3B1E-8a4d-4c27-9b65-2d7e41a90c11"',
      },
      '5f0c3b1e-8a4d-4c27-9b65-2d7e41a90c11',
    ],
    [
      'by the other header',
      { 'x-vss-resourcetenant': '00000000-0000-0000-0000-000000000000, b7a1e6d4-3c52-4f80-8e19-60f4d2c85a22' },
      'b7a1e6d4-3c52-4f80-8e19-60f4d2c85a22',
    ],
    ['Microsoft accounts', { 'x-vss-resourcetenant': '00000000-0000-0000-0000-000000000000' }, undefined],
    ['nothing said', {}, undefined],
  ])('tenant of an organisation: %s', (_name, headers: Record<string, string>, tenant) => {
    expect(tenantOf({ header: (name) => headers[name] })).toBe(tenant);
  });
});

describe('Entra', () => {
  test('the number decides, the text is kept in one line', () => {
    const body = JSON.stringify({
      error: 'invalid_client',
      error_description:
        "AADSTS700213: No matching record for 'system:serviceaccount:a:b'.\r\nTrace ID: t-1\r\nCorrelation ID: c-1",
      error_codes: [700213],
      correlation_id: 'c-1',
    });
    expect(exchangeFailure(new Error('x'), { status: 401, body })).toMatchObject({
      kind: 'refused',
      code: 'AADSTS700213',
      correlationId: 'c-1',
      message: "AADSTS700213: No matching record for 'system:serviceaccount:a:b'. Trace ID: t-1 Correlation ID: c-1",
    });
  });
  test('throttling and trouble are told apart from a refusal', () => {
    const body = JSON.stringify({ error: 'temporarily_unavailable', error_codes: [] });
    expect(exchangeFailure(new Error('x'), { status: 429, body })).toMatchObject({ kind: 'throttled' });
    expect(exchangeFailure(new Error('x'), { status: 503, body: '<html>' })).toMatchObject({ kind: 'unavailable' });
  });
});

describe('Kubernetes', () => {
  test('a Status names its reason; a gateway does not', () => {
    const status = {
      kind: 'Status',
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "helm"',
    };
    expect(
      statusFailure(reply(409, JSON.stringify(status), { 'audit-id': 'a-1' }), 'apply ConfigMap', true),
    ).toMatchObject({
      kind: 'conflict',
      code: 'Conflict',
      message: expect.stringContaining('conflict with "helm"'),
      correlationId: 'a-1',
    });
    expect(statusFailure(reply(401, 'Unauthorized'), 'get Pod', false)).toMatchObject({
      kind: 'refused',
      code: 'Unauthorized',
    });
  });

  const kubeconfig = (server: string) =>
    `apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster:\n    server: ${server}\n    certificate-authority-data: ${Buffer.from('PEM').toString('base64')}\nusers:\n- name: u\n  user: { token: not-even-read }\n`;
  const fqdn = 'aks-1.hcp.westeurope.azmk8s.io';
  test('address and authority are taken from the kubeconfig', () => {
    expect(readKubeconfig(kubeconfig(`https://${fqdn}:443`), fqdn, builtInClouds.public)).toEqual({
      server: `https://${fqdn}`,
      ca: 'PEM',
    });
  });
  test.each([
    ['a foreign host', kubeconfig('https://aks-1.example.com')],
    ["another cluster's host", kubeconfig('https://aks-2.hcp.westeurope.azmk8s.io')],
    ['the metadata service', kubeconfig('https://169.254.169.254')],
    ['plain http', kubeconfig(`http://${fqdn}`)],
    ['no cluster', 'clusters: []'],
    ['no YAML', '\t{'],
  ])('refused: %s', (_name, text) => {
    expect(() => readKubeconfig(text, fqdn, builtInClouds.public)).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: expect.stringMatching(/^(EgressRefused|KubeconfigUnreadable)$/),
      }),
    );
  });

  test('a secret keeps its key names and only the values that are no secret', () => {
    const value = (text: string) => Buffer.from(text).toString('base64');
    const summary = toSummary(
      {
        metadata: {
          name: 'repo',
          namespace: 'argocd',
          resourceVersion: '7',
          annotations: {
            'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"password":"hunter2"}}',
            kept: 'yes',
          },
        },
        data: { url: value('https://dev.azure.com/contoso'), password: value('hunter2'), username: value('x') },
      },
      ['url'],
    );
    expect(summary.keys).toEqual(['password', 'url', 'username']);
    expect(summary.values).toEqual({ url: 'https://dev.azure.com/contoso' });
    expect(summary.annotations).toEqual({ kept: 'yes' });
    expect(JSON.stringify(summary)).not.toContain('hunter2');
  });
});
