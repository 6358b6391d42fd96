import type { FindingContext } from '../../../lib/findings/finding.ts';
import type { AuditRow } from '../../../lib/model/audit.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';

export const tenantId = '5f0c3b1e-8a4d-4c27-9b65-2d7e41a90c11';
export const foreignTenantId = 'b7a1e6d4-3c52-4f80-8e19-60f4d2c85a22';
const subscriptionId = '11111111-2222-4333-8444-555555555555';
export const issuer = `https://westeurope.oic.prod-aks.azure.com/${tenantId}/99999999-2222-4333-8444-555555555555/`;
export const clientId = '0d6f2c9a-71b8-4e35-a4d0-93c85be7f133';
export const at = '2026-11-20T09:12:44.000Z';
export const clusterId = `/subscriptions/${subscriptionId}/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu`;
export const identityId = `/subscriptions/${subscriptionId}/resourceGroups/rg-identity/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-argocd`;

/** A trust as it should be. Tests change one thing. */
export function cleanRow(change: Partial<AuditRow> = {}): AuditRow {
  return {
    key: `${identityId}/federatedIdentityCredentials/argocd`.toLowerCase(),
    name: 'argocd',
    credential: {
      id: `${identityId}/federatedIdentityCredentials/argocd`,
      name: 'argocd',
      identityId,
      issuer,
      subject: 'system:serviceaccount:argocd:argocd-repo-server',
      audiences: ['api://AzureADTokenExchange'],
    },
    identity: {
      id: identityId,
      name: 'id-argocd',
      subscriptionId,
      subscriptionName: 'Contoso Production',
      resourceGroup: 'rg-identity',
      tenantId,
      clientId,
      principalId: '2b6f8d41-a3e5-4c20-9a74-d15b8e36f002',
      credentials: 1,
    },
    issuer: {
      kind: 'aks',
      host: 'westeurope.oic.prod-aks.azure.com',
      region: 'westeurope',
      tenantId,
      cluster: { id: clusterId, name: 'aks-prod-weu', issuer, exact: true, environment: 'production' },
    },
    serviceAccount: { namespace: 'argocd', name: 'argocd-repo-server' },
    account: {
      state: 'read',
      at,
      value: {
        namespaceExists: true,
        exists: true,
        clientId,
        workloads: [{ kind: 'Deployment', name: 'argocd-repo-server', labelled: true }],
      },
    },
    roles: { state: 'read', at, value: [] },
    devops: {
      state: 'read',
      at,
      value: [
        {
          organization: 'contoso-eng',
          descriptor: 'aadsp.one',
          license: { state: 'read', at, value: { license: 'express', name: 'Basic' } },
          groups: {
            state: 'read',
            at,
            value: [{ name: 'Readers', project: 'Checkout', descriptor: 'vssgp.readers', repositories: 2 }],
          },
        },
      ],
    },
    findings: [],
    readAt: at,
    ...change,
  };
}

/** The same with another trust. */
export function withCredential(
  change: Partial<NonNullable<AuditRow['credential']>>,
  more: Partial<AuditRow> = {},
): AuditRow {
  const row = cleanRow(more);
  return row.credential ? { ...row, credential: { ...row.credential, ...change } } : row;
}

export function contextOf(row: AuditRow, more: Partial<FindingContext> = {}): FindingContext {
  return {
    cloud: builtInClouds.public,
    tenantId,
    siblings: [row],
    clustersComplete: true,
    clustersRead: 6,
    ...more,
  };
}
