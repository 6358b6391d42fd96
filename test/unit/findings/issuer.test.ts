import { describe, expect, it } from 'vitest';
import { classifyIssuer, normalisedIssuer } from '../../../lib/findings/issuer.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import { foreignTenantId, issuer, tenantId } from './rows.ts';

const kind = (text: string) => classifyIssuer(text, builtInClouds.public, tenantId).kind;

describe('who stands behind an issuer', () => {
  it.each([
    [issuer, 'aks'],
    [issuer.slice(0, -1), 'aks'],
    [issuer.toUpperCase().replace('HTTPS', 'https'), 'aks'],
    [` ${issuer} `, 'aks'],
    [issuer.replace(tenantId, foreignTenantId), 'aks-foreign'],
    ['https://oidc.prod-aks.azure.com/99999999-2222-4333-8444-555555555555/', 'aks'],
    [`https://ib.oic.prod-aks.azure.com/${tenantId}/99999999-2222-4333-8444-555555555555`, 'identity-binding'],
    ['https://token.actions.githubusercontent.com', 'github'],
    ['https://vstoken.dev.azure.com/99999999-2222-4333-8444-555555555555', 'devops'],
    [`https://login.microsoftonline.com/${tenantId}/v2.0`, 'entra'],
    [`https://sts.windows.net/${tenantId}/`, 'entra'],
    ['https://evil.azurewebsites.net', 'self-hostable'],
    ['https://evil.blob.core.windows.net/$web', 'self-hostable'],
    ['https://evil.example', 'unknown'],
    ['not an address', 'unknown'],
    ['http://token.actions.githubusercontent.com', 'unknown'],
  ])('%s: %s', (text, expected) => expect(kind(text)).toBe(expected));

  it.each([
    'https://token.actions.githubusercontent.com.evil.example',
    'https://token.actions.githubusercontent.com@evil.example',
    'https://token.actions.githubusercontent.com:8443',
    `https://westeurope.oic.prod-aks.azure.com.evil.example/${tenantId}/1/`,
    `https://evil-oic.prod-aks.azure.com/${tenantId}/1/`,
    'https://westeurope.oic.prod-aks.azure.com/not-a-tenant/1/',
    'https://vstoken.dev.azure.com.evil.example/1',
  ])('is not fooled by %s', (text) => expect(kind(text)).toBe('unknown'));

  it('compares without slash, space and case', () => {
    expect(normalisedIssuer(` ${issuer.toUpperCase()}/`)).toBe(normalisedIssuer(issuer.slice(0, -1)));
  });
});
