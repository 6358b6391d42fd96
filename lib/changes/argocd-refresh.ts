import {
  type ArgocdApplication,
  applicationKind,
  applicationsOf,
  errorOf,
  refreshAnnotation,
} from '../model/argocd-application.ts';
import { diagnoseText } from '../problems/diagnose-text.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type ChangeContext, defineChange } from './change.ts';
import { shellQuote } from './quote.ts';

interface RefreshTarget {
  readonly namespace: string;
  readonly version?: string;
}
/** Undefined: the operator may not see applications. */
type Observed = readonly ArgocdApplication[] | undefined;

/** Words that our chain explains. An application that fails for a reason of its own would fail again, and is not ours to touch. */
const fetchProblems = /^(devops|federation|identity|injection|sign-in)\/|^argocd\/(?!not-synced)/;

/**
 * Argo CD keeps its last error until it compares again, some minutes later. After the chain was mended, it is asked to do so at once;
 * otherwise the proof would end in an error that is none any more.
 */
export const argocdRefresh = defineChange<RefreshTarget, Observed>({
  id: 'argocd-refresh',
  layer: 'kubernetes',
  volatile: true,
  needs: [
    'federated-credential',
    'devops-group-membership',
    'service-account-annotation',
    'pod-template-label',
    'argocd-repository-secret',
  ],
  targets: ({ consumers }) =>
    consumers.filter(({ kind }) => kind === 'argocd').map(({ namespace, version }) => ({ namespace, version })),
  key: ({ namespace }) => namespace,
  title: () => 'Argo CD compares its failed applications again',
  async observe({ ports, design, signal }, { namespace, version }) {
    const kubernetes = await ports.kubernetes(design.cluster);
    try {
      const found = await kubernetes.list(applicationKind, { namespace }, signal);
      return applicationsOf(found, design.devops.repositories).filter((one) => failedToFetch(one, version));
    } catch (error) {
      if (error instanceof UpstreamError && (error.kind === 'refused' || error.kind === 'absent')) return undefined;
      throw error;
    }
  },
  diff(observed) {
    if (!observed) return { state: 'right', how: 'Applications are not visible to you, so none is asked' };
    if (observed.length === 0) return { state: 'right', how: 'No application reports a failed fetch' };
    return {
      state: 'update',
      fields: observed.map(({ metadata }) => ({ field: metadata.name, old: 'failed', new: 'compared again' })),
      note: 'Last, once the chain is whole. Argo CD would do so by itself within minutes.',
    };
  },
  async apply(context, { namespace }, observed) {
    for (const { metadata } of observed ?? []) await refresh(context, namespace, metadata.name);
    return {};
  },
  readBack: { budgetMs: 120_000, reason: 'Waiting for Argo CD to compare', usually: 'some seconds' },
  // Asking has no effect that stays: Argo CD takes the annotation off itself.
  undo: { run: async () => undefined },
  rights: ({ namespace }) => [{ kind: 'kubernetes', right: 'patch applications.argoproj.io', scope: namespace }],
  render: ({ namespace }, _design, _facts, observed) => ({
    kubectl: (observed ?? [])
      .map(
        ({ metadata }) =>
          `kubectl annotate application ${shellQuote(metadata.name)} --namespace ${shellQuote(namespace)} --overwrite ${refreshAnnotation}=normal`,
      )
      .join('\n'),
  }),
});

function failedToFetch(application: ArgocdApplication, version: string | undefined): boolean {
  const error = errorOf(application);
  return error !== undefined && fetchProblems.test(diagnoseText(error.message, { consumer: 'argocd', version }).code);
}

async function refresh({ ports, design, signal }: ChangeContext, namespace: string, name: string): Promise<void> {
  const kubernetes = await ports.kubernetes(design.cluster);
  await kubernetes.apply(
    { ...applicationKind, metadata: { name, namespace, annotations: { [refreshAnnotation]: 'normal' } } },
    signal,
  );
}
