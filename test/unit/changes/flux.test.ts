import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { judgeSignIn, renderSignIn } from '../../../lib/changes/flux-sign-in.ts';
import { kustomizeMerge } from '../../../lib/changes/kustomize-patch.ts';
import type { Consumer } from '../../../lib/model/connection.ts';
import type { FluxTarget } from '../../../lib/model/flux.ts';
import { type KubernetesObject, keeperOf } from '../../../lib/model/kubernetes.ts';
import { design, repositoryUrl } from '../fake-world.ts';

const consumer: Consumer = {
  kind: 'flux',
  namespace: 'flux-system',
  installedBy: 'bootstrap',
  keptBy: 'Kustomization flux-system/flux-system',
  workloads: [
    { role: 'source-controller', deployment: 'source-controller', serviceAccount: 'source-controller', access: 'read' },
  ],
  sources: [],
};
const target: FluxTarget = { kind: 'GitRepository', namespace: 'team', name: 'it’s', url: repositoryUrl, consumer };
function repository(
  spec: unknown,
  applied: Record<string, unknown> = {},
  manager = 'kustomize-controller',
): KubernetesObject {
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: {
      name: target.name,
      namespace: target.namespace,
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' },
      managedFields: [{ manager, operation: 'Apply', fieldsV1: { 'f:spec': applied } }],
    },
    spec,
  };
}
const withSecret = { url: repositoryUrl, secretRef: { name: 'pat' } };

describe('a sign-in', () => {
  it('loses its secret when nobody applies it', () => {
    expect(judgeSignIn(repository(withSecret), target, 'azure')).toMatchObject({
      state: 'update',
      fields: [
        { field: 'spec.provider', new: 'azure' },
        { field: 'spec.secretRef', old: 'pat', new: 'removed' },
      ],
    });
  });
  it('leaves a secret that comes back from Git, and says where to take it out', () => {
    const object = repository(withSecret, { 'f:secretRef': { 'f:name': {} } });
    expect(judgeSignIn(object, target, 'azure')).toMatchObject({
      state: 'update',
      fields: [{ field: 'spec.provider', new: 'azure' }],
      note: expect.stringContaining('kustomize-controller brings secretRef back from Git'),
    });
    expect(judgeSignIn({ ...object, spec: { ...withSecret, provider: 'azure' } }, target, 'azure')).toMatchObject({
      state: 'right',
      how: expect.stringContaining('take it out there'),
    });
  });
  it('does not fight over a provider that Git names', () => {
    const object = repository({ ...withSecret, provider: 'generic' }, { 'f:provider': {} });
    expect(judgeSignIn(object, target, 'azure')).toMatchObject({
      state: 'blocked',
      problem: { code: 'flux/kept-by-git', evidence: [{ expected: 'azure', seen: 'generic' }] },
    });
  });
  it('is right without a secret, and left alone with an account of its own', () => {
    expect(judgeSignIn(repository({ provider: 'azure' }), target, 'azure').state).toBe('right');
    const own = repository({ ...withSecret, provider: 'azure', serviceAccountName: 'deployer' });
    expect(judgeSignIn(own, target, 'azure')).toMatchObject({
      state: 'right',
      how: expect.stringContaining('deployer'),
    });
  });
  it('needs its object', () => {
    expect(judgeSignIn(undefined, target, 'azure')).toMatchObject({ problem: { code: 'kubernetes/missing' } });
  });
});

describe('keepers', () => {
  it('are those who apply, not those who once updated, and not Patless', () => {
    const fields = { 'f:secretRef': { 'f:name': {} } };
    const object = repository(withSecret, fields);
    expect(keeperOf(object, 'spec', 'secretRef')).toBe('kustomize-controller');
    expect(keeperOf(object, 'spec', 'provider')).toBeUndefined();
    expect(keeperOf(repository(withSecret, fields, 'patless'), 'spec', 'secretRef')).toBeUndefined();
    const updated = {
      metadata: {
        name: 'x',
        managedFields: [{ manager: 'flux', operation: 'Update', fieldsV1: { 'f:spec': fields } }],
      },
    };
    expect(keeperOf(updated, 'spec', 'secretRef')).toBeUndefined();
  });
});

describe('by hand', () => {
  it('quotes names, and patches where Git keeps the object', () => {
    const { kubectl, kustomize = '' } = renderSignIn(target, repository(withSecret), 'azure');
    expect(kubectl).toContain("'gitrepository.source.toolkit.fluxcd.io/it’s'");
    expect(parse(kustomize)).toEqual([
      {
        target: { kind: 'GitRepository', name: 'it’s', namespace: 'team' },
        patch: expect.stringContaining('path: "/spec/secretRef"'),
      },
    ]);
  });
  it('merges into a service account that Git keeps, and into no other', () => {
    const patch = (namespace: string) =>
      kustomizeMerge(
        { ...design(), consumers: [consumer] },
        { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'source-controller' },
        { metadata: { annotations: { 'azure.workload.identity/client-id': 'a: "b"' } } },
      ).kustomize;
    expect(patch('elsewhere')).toBeUndefined();
    const [entry] = parse(patch('flux-system') ?? '') as { patch: string }[];
    expect(parse(entry?.patch ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'source-controller',
        annotations: { 'azure.workload.identity/client-id': 'a: "b"' },
      },
    });
  });
});
