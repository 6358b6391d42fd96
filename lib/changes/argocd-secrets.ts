import { flagKey, passwordKeys, readableKeys, repositorySecretSelector } from '../model/argocd.ts';
import type { Consumer, Design, Source } from '../model/connection.ts';
import type { SecretSummary } from '../model/kubernetes.ts';
import { addressForm, coversRepository, sameRepository } from '../model/repository-url.ts';
import type { Kubernetes } from '../ports.ts';

export interface SecretTarget {
  readonly namespace: string;
  readonly type: 'repository' | 'repo-creds';
  readonly name: string;
  readonly url: string;
  readonly consumer: Consumer;
}

/**
 * The secrets of a design: those that hold the address of one of its repositories, templates that cover one, and a new one for each form of
 * address that has none. A repository outside the design is never a target.
 */
export function secretTargets(design: Design): readonly SecretTarget[] {
  return design.consumers.filter(({ kind }) => kind === 'argocd').flatMap((consumer) => targetsOf(consumer, design));
}

function targetsOf(consumer: Consumer, design: Design): readonly SecretTarget[] {
  const wanted = (source: Source) =>
    design.devops.repositories.some(({ url }) =>
      source.type === 'repo-creds' ? coversRepository(source.url, url) : sameRepository(source.url, url),
    );
  const sources = consumer.sources.filter(wanted);
  const existing: readonly SecretTarget[] = sources.flatMap((source) =>
    source.type === 'repository' || source.type === 'repo-creds'
      ? [{ namespace: consumer.namespace, type: source.type, name: source.name, url: source.url, consumer }]
      : [],
  );
  const served = (url: string) =>
    existing.some((target) =>
      target.type === 'repository'
        ? addressForm(target.url) === addressForm(url)
        : addressForm(url).startsWith(addressForm(target.url)),
    );
  const inUse = sources.filter(({ type }) => type !== 'repository' && type !== 'repo-creds').map(({ url }) => url);
  const forms = design.devops.repositories.flatMap(({ url }) => {
    const used = inUse.filter((address) => sameRepository(address, url));
    const known = sources.some((source) => source.type === 'repo-creds' || sameRepository(source.url, url));
    return used.length > 0 ? used : known ? [] : [url];
  });
  const missing = [...new Map(forms.filter((url) => !served(url)).map((url) => [addressForm(url), url])).values()];
  const created = missing.map((url) => ({
    namespace: consumer.namespace,
    type: 'repository' as const,
    name: secretName(url),
    url,
    consumer,
  }));
  return [...existing, ...created];
}

/** A name that the same address always gives, and another form of it another name. */
function secretName(url: string): string {
  const repository = url.split('/').at(-1) ?? 'repository';
  const plain =
    repository
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 200) || 'repository';
  return `patless-repo-${plain}${/^https:\/\/[^/]*@/.test(url) ? '-user' : ''}`;
}

export function listRepositorySecrets(
  kubernetes: Kubernetes,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly SecretSummary[]> {
  return kubernetes.listSecrets(namespace, repositorySecretSelector, readableKeys, signal);
}

export function usesWorkloadIdentity(secret: SecretSummary): boolean {
  const { [flagKey]: flag = '' } = secret.values;
  return flag === 'true';
}
export function passwordKeysOf(secret: SecretSummary): readonly string[] {
  return passwordKeys.filter((key) => secret.keys.includes(key));
}
