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
 * The secrets of a design: those that hold the address of one of its repositories, templates that serve nothing else, and a new one for
 * each form of address that has none. A repository outside the design is never a target; a template that others rely on stays as it is,
 * because a repository's own flag wins over it. Source: argo-cd repository_types.go, HasCredentials.
 */
export function secretTargets(design: Design): readonly SecretTarget[] {
  return design.consumers.filter(({ kind }) => kind === 'argocd').flatMap((consumer) => targetsOf(consumer, design));
}

export function isDesigned(url: string, { devops }: Pick<Design, 'devops'>): boolean {
  return devops.repositories.some((repository) => sameRepository(repository.url, url));
}

/** Whether Argo CD would take this template for the address: it compares prefixes of what was written, user name included. */
export function templateServes(template: string, url: string): boolean {
  return addressForm(url).startsWith(addressForm(template));
}

function targetsOf(consumer: Consumer, design: Design): readonly SecretTarget[] {
  const { namespace, sources } = consumer;
  const isShared = (template: Source) =>
    sources.some(
      ({ type, url, signIn }) =>
        type !== 'repo-creds' && signIn === 'none' && templateServes(template.url, url) && !isDesigned(url, design),
    );
  const existing = sources.flatMap((source): readonly SecretTarget[] => {
    const { type, name, url } = source;
    if (type === 'repository') return isDesigned(url, design) ? [{ namespace, type, name, url, consumer }] : [];
    if (type !== 'repo-creds' || isShared(source)) return [];
    const covers = design.devops.repositories.some((repository) => coversRepository(url, repository.url));
    return covers ? [{ namespace, type, name, url, consumer }] : [];
  });
  const served = (url: string) =>
    existing.some((target) =>
      target.type === 'repository' ? addressForm(target.url) === addressForm(url) : templateServes(target.url, url),
    );
  const forms = design.devops.repositories.flatMap((repository) => {
    const known = sources.filter(({ type, url }) => type !== 'repo-creds' && sameRepository(url, repository.url));
    if (known.length > 0) return known.map(({ url }) => url);
    return existing.some(({ url }) => coversRepository(url, repository.url)) ? [] : [repository.url];
  });
  const missing = new Map(forms.filter((url) => !served(url)).map((url) => [addressForm(url), url]));
  const created = [...missing.values()].map((url) => ({
    namespace,
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
/** Whether Argo CD uses the secret's own credential and asks no template. */
export function hasCredential(secret: SecretSummary): boolean {
  return [flagKey, 'sshPrivateKey', 'githubAppPrivateKey', ...passwordKeys].some((key) => secret.keys.includes(key));
}
