import { flagKey, repositoryAddresses, secretType } from '../model/argocd.ts';
import type { SecretSummary } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { addressForm, coversRepository } from '../model/repository-url.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import {
  hasCredential,
  isDesigned,
  listRepositorySecrets,
  passwordKeysOf,
  type SecretTarget,
  secretTargets,
  templateServes,
  usesWorkloadIdentity,
} from './argocd-secrets.ts';
import { type ChangeContext, defineChange, type Progress } from './change.ts';
import { shellQuote } from './quote.ts';
import { tokenAsWorkload } from './workload-token.ts';

interface SecretObservation {
  readonly secret?: SecretSummary;
  /** Addresses of repositories outside the design that take their credential from this template. */
  readonly alsoServed: readonly string[];
}

export const argocdRepositorySecret = defineChange<SecretTarget, SecretObservation>({
  id: 'argocd-repository-secret',
  layer: 'kubernetes',
  // Last of all: removing the old password before the new way is proved would cut Argo CD off.
  needs: ['federated-credential', 'devops-group-membership', 'pod-template-label'],
  targets: secretTargets,
  key: ({ namespace, name }) => `${namespace}/${name}`,
  title: ({ name, type }) => (type === 'repo-creds' ? `Credential template ${name}` : `Repository secret ${name}`),
  observe: observeSecret,
  diff({ secret, alsoServed }, target) {
    const shared = alsoServed.length > 0 ? ` Also serves ${alsoServed.join(', ')}.` : '';
    if (!secret)
      return {
        state: 'create',
        fields: [
          { field: 'url', new: target.url },
          { field: flagKey, new: 'true' },
        ],
        note: 'Written only after the chain was proved as the workload.',
      };
    const fields: FieldChange[] = [];
    const { [flagKey]: flag } = secret.values;
    if (!usesWorkloadIdentity(secret)) fields.push({ field: flagKey, old: flag ?? 'none', new: 'true' });
    for (const key of passwordKeysOf(secret)) fields.push({ field: key, old: 'set', new: 'removed' });
    if (fields.length === 0) return { state: 'right', how: 'Asks for workload identity and holds no password' };
    return {
      state: 'update',
      fields,
      note: `Last, and only after the chain was proved as the workload. Patless keeps no copy of the password.${shared}`,
    };
  },
  async apply(context, target, { secret, alsoServed }, progress) {
    await proveAsWorkload(context, target, alsoServed, progress);
    const { ports, design, signal } = context;
    const kubernetes = await ports.kubernetes(design.cluster);
    const text = (value: string) => Buffer.from(value, 'utf8').toString('base64');
    const written = await kubernetes.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: target.name,
          namespace: target.namespace,
          ...(secret ? {} : { labels: { [secretType]: target.type } }),
        },
        data: {
          [flagKey]: text('true'),
          ...(secret ? {} : { type: text('git'), url: text(target.url) }),
        },
      },
      signal,
    );
    const keys = secret ? passwordKeysOf(secret) : [];
    if (keys.length === 0) return { detail: 'Asks for workload identity' };
    const { resourceVersion } = written.metadata;
    if (!resourceVersion) throw new Error('An applied object carries its resource version');
    await kubernetes.removeSecretKeys(
      { namespace: target.namespace, name: target.name, resourceVersion },
      keys,
      signal,
    );
    return { detail: `Asks for workload identity; ${keys.join(' and ')} removed` };
  },
  // The password is gone by design; only the flag could be taken back, which would leave the repository without any way in.
  undo: 'irreversible',
  rights: ({ namespace, name }) => [
    { kind: 'kubernetes', right: 'list secrets', scope: namespace },
    { kind: 'kubernetes', right: 'patch secrets', scope: namespace, name },
  ],
  render({ namespace, name, type, url }, _design, _facts, { secret }) {
    const place = `${shellQuote(name)} --namespace ${shellQuote(namespace)}`;
    if (!secret)
      return {
        kubectl: [
          `kubectl create secret generic ${place} \\`,
          `  --from-literal=type=git --from-literal=${shellQuote(`url=${url}`)} --from-literal=${flagKey}=true`,
          `kubectl label secret ${place} ${secretType}=${type}`,
        ].join('\n'),
      };
    const flag = shellQuote(JSON.stringify({ stringData: { [flagKey]: 'true' } }));
    const removals = passwordKeysOf(secret).map((key) => ({ op: 'remove', path: `/data/${key}` }));
    return {
      kubectl: [
        `kubectl patch secret ${place} --type merge --patch ${flag}`,
        ...(removals.length > 0
          ? [`kubectl patch secret ${place} --type json --patch ${shellQuote(JSON.stringify(removals))}`]
          : []),
      ].join('\n'),
    };
  },
});

async function observeSecret(
  { ports, design, signal }: ChangeContext,
  target: SecretTarget,
): Promise<SecretObservation> {
  const kubernetes = await ports.kubernetes(design.cluster);
  const secrets = await listRepositorySecrets(kubernetes, target.namespace, signal);
  const secret = secrets.find(({ name }) => name === target.name);
  const found = secret ? { secret } : {};
  if (target.type === 'repository') return { ...found, alsoServed: [] };
  // Read anew, because an Application may have come since the consumer was chosen.
  const applications = await kubernetes.list(
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
    { namespace: target.namespace },
    signal,
  );
  const own = new Set(
    secrets
      .filter((each) => each.labels[secretType] === 'repository' && hasCredential(each))
      .map(({ values }) => addressForm(values.url ?? '')),
  );
  const others = applications
    .flatMap(({ spec }) => repositoryAddresses(spec))
    .filter((url) => templateServes(target.url, url) && !isDesigned(url, design) && !own.has(addressForm(url)));
  return { ...found, alsoServed: [...new Set(others)] };
}

/** Every repository that will depend on the identity is asked for its refs as the workload; one refusal, and nothing is written. */
async function proveAsWorkload(
  context: ChangeContext,
  target: SecretTarget,
  alsoServed: readonly string[],
  progress: Progress,
): Promise<void> {
  const { ports, design, facts, signal } = context;
  if (!facts.identity) throw new Error('The identity is known before a secret relies on it');
  const { clientId, tenantId, principalId } = facts.identity;
  for (const { serviceAccount, access } of target.consumer.workloads) {
    const context = {
      organization: design.devops.organization,
      project: design.devops.project.name,
      principalId,
      clientId,
    };
    try {
      const token = await tokenAsWorkload(
        ports,
        { cluster: design.cluster, namespace: target.namespace, serviceAccount, clientId, tenantId },
        signal,
      );
      const repositories = design.devops.repositories.filter(({ url }) => coversRepository(target.url, url));
      await Promise.all(
        repositories.map((repository) =>
          ports.git.listRefs(repository.url, token, access === 'contribute' ? repository.access : 'read', signal),
        ),
      );
      await Promise.all(alsoServed.map((url) => proveOther(ports, url, token, signal)));
    } catch (error) {
      // A throttle or a fault is the engine's to wait for; a refusal is said here, with what it was about.
      if (error instanceof UpstreamError && ['throttled', 'unavailable', 'unreachable'].includes(error.kind))
        throw error;
      throw new ProblemError(diagnose(error, context));
    }
    progress.attempt(`Proved as ${serviceAccount}: Azure DevOps answers with the repository’s refs`);
  }
}

async function proveOther(
  ports: ChangeContext['ports'],
  url: string,
  token: Parameters<ChangeContext['ports']['git']['listRefs']>[1],
  signal: AbortSignal,
): Promise<void> {
  try {
    await ports.git.listRefs(url, token, 'read', signal);
  } catch (error) {
    if (!(error instanceof UpstreamError) || !['refused', 'absent'].includes(error.kind)) throw error;
    throw new ProblemError(
      makeProblem('argocd/template-shared', {
        title: `${url} uses the same credential template and would lose access`,
        evidence: [{ label: 'Repository', seen: url, seenIn: 'in Argo CD' }],
      }),
    );
  }
}
