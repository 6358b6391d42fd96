import { describe, expect, it } from 'vitest';
import { compareScans } from '../../../lib/audit/compare.ts';
import { indexClusters, issuerPlace, serviceAccountOf } from '../../../lib/audit/join.ts';
import type { ScanScope } from '../../../lib/model/audit.ts';
import type { Cluster } from '../../../lib/model/azure.ts';
import { builtInClouds } from '../../../lib/model/cloud.ts';
import { clusterId, issuer, tenantId, withCredential } from '../findings/rows.ts';

const cluster = {
  id: clusterId,
  name: 'aks-prod-weu',
  issuerUrl: issuer,
  tags: { environment: 'Production' },
} as unknown as Cluster;
const read = { subscriptionsRead: new Set([clusterId.split('/')[2] ?? '']), complete: true };
const place = (text: string, index: ReturnType<typeof indexClusters>) =>
  issuerPlace(text, index, builtInClouds.public, tenantId);

describe('joining issuers with clusters', () => {
  it('knows the exact one from one that differs in its slash', () => {
    const index = indexClusters([cluster], read, []);
    expect(place(issuer, index).cluster).toMatchObject({
      name: 'aks-prod-weu',
      exact: true,
      environment: 'production',
    });
    expect(place(issuer.slice(0, -1), index).cluster).toMatchObject({ exact: false });
  });
  it('calls a cluster gone only where its subscription was read, and it was seen before', () => {
    const earlier = [{ at: '2026-09-01T00:00:00Z', clusters: [{ id: clusterId, name: 'aks-prod-weu', issuer }] }];
    expect(place(issuer, indexClusters([], read, earlier)).goneCluster?.name).toBe('aks-prod-weu');
    expect(place(issuer, indexClusters([], { ...read, subscriptionsRead: new Set() }, earlier))).not.toHaveProperty(
      'goneCluster',
    );
    expect(place(issuer, indexClusters([], read, []))).not.toHaveProperty('goneCluster');
  });
  it('does not call one gone whose issuer does not show', () => {
    const { issuerUrl: _issuer, ...dark } = cluster;
    const earlier = [{ at: '2026-09-01T00:00:00Z', clusters: [{ id: clusterId, name: 'aks-prod-weu', issuer }] }];
    expect(place(issuer, indexClusters([dark as Cluster], read, earlier))).not.toHaveProperty('goneCluster');
  });
  it.each([
    ['system:serviceaccount:argocd:repo', { namespace: 'argocd', name: 'repo' }],
    ['system:serviceaccount:argocd', undefined],
    ['system:serviceaccount:a:b:c', undefined],
    ['repo:contoso/web:ref:refs/heads/main', undefined],
    [undefined, undefined],
  ])('reads %s', (subject, expected) => expect(serviceAccountOf(subject)).toEqual(expected));
});

describe('comparing scans', () => {
  const scope = (more: Partial<ScanScope> = {}): ScanScope => ({
    subscriptions: ['Contoso Production'],
    clusters: [],
    organizations: [],
    identities: 0,
    credentials: 0,
    notVisible: [],
    ...more,
  });
  const one = withCredential({}, { key: 'one' });
  const two = withCredential({}, { key: 'two' });
  it('tells new, changed and gone', () => {
    const changed = withCredential({ audiences: ['other'] }, { key: 'one' });
    const {
      added,
      changed: different,
      gone,
    } = compareScans([one, two], [changed, withCredential({}, { key: 'three' })], scope());
    expect([[...added], [...different], gone.map(({ key }) => key)]).toEqual([['three'], ['one'], ['two']]);
  });
  it.each([
    scope({ subscriptions: [] }),
    scope({
      notVisible: [
        {
          what: 'Credentials of id-argocd',
          problem: { code: 'x', title: '', cause: '', remedy: '', evidence: [], retryable: false },
        },
      ],
    }),
  ])('calls nothing gone that it could not see', (hidden) => {
    expect(compareScans([one], [], hidden).gone).toEqual([]);
  });
});
