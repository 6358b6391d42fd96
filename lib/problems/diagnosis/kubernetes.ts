import type { DiagnosisRow } from './row.ts';

const kubernetes = ['kubernetes'] as const;

/** `conflict with "helm" using apps/v1: .spec.template…`, as server-side apply answers. */
export function fieldOwner(message: string): string | undefined {
  return /conflicts? with "([^"]+)"/.exec(message)?.[1];
}

/** Kubernetes reasons as in metav1.Status. */
export const kubernetesRows: readonly DiagnosisRow[] = [
  {
    services: kubernetes,
    codes: ['Forbidden'],
    problem: 'kubernetes/forbidden',
    words: ({ message }, { cluster }) => {
      const asked = /cannot (\w+) resource "([^"]+)"(?: in API group "[^"]*")?(?: in the namespace "([^"]+)")?/.exec(
        message,
      );
      if (!asked) return {};
      const [, verb, resource, namespace] = asked;
      const place = namespace ? `in namespace ${namespace}` : 'in the whole cluster';
      return {
        title: `You may not ${verb} ${resource} ${place}`,
        evidence: [
          { label: 'Right', expected: `${verb} ${resource}` },
          { label: 'Where', expected: [cluster, namespace].filter(Boolean).join(' / ') || 'cluster' },
        ],
      };
    },
  },
  {
    services: kubernetes,
    codes: ['Conflict'],
    problem: 'kubernetes/conflict',
    words: ({ message }) => {
      const owner = fieldOwner(message);
      return owner
        ? {
            title: `${owner} owns this field`,
            evidence: [{ label: 'Field manager', expected: 'patless', seen: owner, seenIn: 'in the object' }],
          }
        : { title: 'The object changed in between', retryable: true };
    },
  },
  { services: kubernetes, codes: ['Invalid', 'BadRequest'], problem: 'kubernetes/invalid' },
  { services: kubernetes, codes: ['NotFound'], problem: 'kubernetes/missing' },
  { services: kubernetes, codes: ['Unauthorized'], problem: 'sign-in/required' },
  { services: kubernetes, kinds: ['unreachable', 'unavailable'], problem: 'kubernetes/unreachable' },
  { services: kubernetes, kinds: ['refused'], problem: 'kubernetes/forbidden' },
  { services: kubernetes, kinds: ['conflict'], problem: 'kubernetes/conflict' },
  { services: kubernetes, kinds: ['invalid'], problem: 'kubernetes/invalid' },
  { services: kubernetes, kinds: ['absent'], problem: 'kubernetes/missing' },
];
