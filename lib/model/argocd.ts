/** Facts about Argo CD's repository secrets. Source: argo-cd docs, declarative setup. */
export const secretType = 'argocd.argoproj.io/secret-type';
export const repositorySecretSelector = `${secretType} in (repository,repo-creds)`;
export const flagKey = 'useAzureWorkloadIdentity';
/**
 * Keys that stand for a PAT. Argo CD tries a password before workload identity, so each silently wins.
 * Source: argo-cd repository_types.go, GetGitCreds.
 */
export const passwordKeys = ['password', 'username', 'bearerToken'] as const;
/** No value of any other key is read. */
export const readableKeys = ['type', 'url', 'project', flagKey] as const;

/** The addresses that an Application takes its manifests from. */
export function repositoryAddresses(spec: unknown): readonly string[] {
  if (typeof spec !== 'object' || spec === null) return [];
  const { source, sources } = spec as { source?: unknown; sources?: unknown };
  const each = [source, ...(Array.isArray(sources) ? (sources as unknown[]) : [])];
  return each.flatMap((one) =>
    typeof one === 'object' && one !== null && 'repoURL' in one && typeof one.repoURL === 'string' ? [one.repoURL] : [],
  );
}
