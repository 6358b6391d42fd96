import type { KubernetesObject } from '../model/kubernetes.ts';
import { workloadIdentity } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { blocked, defineChange, type Facts } from './change.ts';
import { identityWord } from './identity-word.ts';
import { kustomizeMerge } from './kustomize-patch.ts';
import { shellQuote } from './quote.ts';

interface AccountTarget {
  readonly namespace: string;
  readonly name: string;
}

const { clientIdAnnotation, tenantIdAnnotation } = workloadIdentity;

export const serviceAccountAnnotation = defineChange<AccountTarget, KubernetesObject | undefined>({
  id: 'service-account-annotation',
  layer: 'kubernetes',
  needs: ['identity'],
  targets(design) {
    const accounts = new Map<string, AccountTarget>();
    for (const { namespace, workloads } of design.consumers)
      for (const { serviceAccount } of workloads)
        accounts.set(`${namespace}/${serviceAccount}`, { namespace, name: serviceAccount });
    return [...accounts.values()];
  },
  key: ({ namespace, name }) => `${namespace}/${name}`,
  title: ({ name }) => `Service account ${name} carries the client id`,
  async observe({ ports, design, signal }, { namespace, name }) {
    const kubernetes = await ports.kubernetes(design.cluster);
    return kubernetes.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name }, signal);
  },
  diff(observed, { namespace, name }, design, facts) {
    if (!observed)
      return blocked(
        makeProblem('kubernetes/missing', { title: `Service account ${namespace}/${name} does not exist` }),
      );
    const fields = annotationFields(observed.metadata.annotations ?? {}, facts, design.tenantId);
    if (fields.length === 0) return { state: 'right', how: 'Both annotations are equal' };
    return { state: 'update', fields, note: 'Pods take it up when they are created anew.' };
  },
  async apply({ ports, design, facts, signal }, { namespace, name }) {
    if (!facts.identity) throw new Error('The identity is known before a service account names it');
    const kubernetes = await ports.kubernetes(design.cluster);
    await kubernetes.apply(
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: {
          name,
          namespace,
          annotations: {
            [clientIdAnnotation]: facts.identity.clientId,
            [tenantIdAnnotation]: facts.identity.tenantId,
          },
        },
      },
      signal,
    );
    return {};
  },
  // Applying the object without the annotations gives up exactly the fields that Patless owns.
  undo: {
    async run({ ports, design, signal }, { namespace, name }) {
      const kubernetes = await ports.kubernetes(design.cluster);
      await kubernetes.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }, signal);
    },
  },
  rights: ({ namespace, name }) => [{ kind: 'kubernetes', right: 'patch serviceaccounts', scope: namespace, name }],
  render({ namespace, name }, design, facts) {
    const tenantId = facts.identity?.tenantId ?? design.tenantId;
    const annotations = {
      [clientIdAnnotation]: facts.identity?.clientId ?? `client id of ${design.identity.name}`,
      [tenantIdAnnotation]: tenantId,
    };
    return {
      ...kustomizeMerge(
        design,
        { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name },
        { metadata: { annotations } },
      ),
      kubectl: [
        `kubectl annotate serviceaccount ${shellQuote(name)}`,
        `--namespace ${shellQuote(namespace)}`,
        '--overwrite',
        `${clientIdAnnotation}=${identityWord(design, facts, 'clientId')}`,
        `${tenantIdAnnotation}=${shellQuote(tenantId)}`,
      ].join(' \\\n  '),
    };
  },
});

function annotationFields(
  annotations: Readonly<Record<string, string>>,
  facts: Facts,
  tenantId: string,
): readonly FieldChange[] {
  const wanted: Readonly<Record<string, string | undefined>> = {
    [clientIdAnnotation]: facts.identity?.clientId,
    [tenantIdAnnotation]: facts.identity?.tenantId ?? tenantId,
  };
  return Object.entries(wanted).flatMap(([field, value]) => {
    const old = annotations[field];
    if (value !== undefined && old?.toLowerCase() === value.toLowerCase()) return [];
    return [
      {
        field,
        ...(old === undefined ? {} : { old }),
        ...(value === undefined ? { knownAfter: 'the identity exists' } : { new: value }),
      },
    ];
  });
}
