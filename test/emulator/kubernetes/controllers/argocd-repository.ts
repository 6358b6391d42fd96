import type { ClusterObject } from '../../core/world.ts';

/** What a repository or credential-template Secret of Argo CD says. Source: argo-cd util/db/repository_secrets.go. */
export interface RepositoryCredentials {
  readonly username: string;
  readonly password: string;
  readonly bearerToken: string;
  readonly sshPrivateKey: string;
  readonly useAzureWorkloadIdentity: boolean;
}
export type Method = 'password' | 'bearer' | 'ssh' | 'workload-identity' | 'none';
const secretType = 'argocd.argoproj.io/secret-type';

/** Lower case and without `.git`, but a user name stays: `org@dev.azure.com` is another address than `dev.azure.com`. */
export function normalise(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/\.git$/, '');
}

function decode(secret: ClusterObject): (key: string) => string {
  const data = (secret.data as Record<string, string> | undefined) ?? {};
  return (key) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
}
function read(secret: ClusterObject, knowsWorkloadIdentity: boolean): RepositoryCredentials {
  const value = decode(secret);
  return {
    username: value('username'),
    password: value('password'),
    bearerToken: value('bearerToken'),
    sshPrivateKey: value('sshPrivateKey'),
    useAzureWorkloadIdentity:
      knowsWorkloadIdentity && ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value('useAzureWorkloadIdentity')),
  };
}
const isPresent = (credentials: RepositoryCredentials) =>
  Object.values(credentials).some((value) => value !== '' && value !== false);

/** The credentials that Argo CD uses for a URL: those of its own Secret, else of the template with the longest matching prefix. */
export function credentialsFor(
  secrets: readonly ClusterObject[],
  repoUrl: string,
  knowsWorkloadIdentity: boolean,
): RepositoryCredentials | undefined {
  const wanted = normalise(repoUrl);
  const ofType = (type: string) =>
    secrets
      .filter(({ metadata }) => metadata.labels?.[secretType] === type)
      .map((secret) => ({
        url: normalise(decode(secret)('url')),
        credentials: read(secret, knowsWorkloadIdentity),
      }));
  const own = ofType('repository').find(({ url }) => url === wanted);
  if (own && isPresent(own.credentials)) return own.credentials;
  const [template] = ofType('repo-creds')
    .filter(({ url }) => url !== '' && wanted.startsWith(url))
    .sort((left, right) => right.url.length - left.url.length);
  return template?.credentials ?? own?.credentials;
}

/** Source: argo-cd pkg/apis/application/v1alpha1/repository_types.go, GetGitCreds. A left-over password wins. */
export function methodOf(credentials: RepositoryCredentials | undefined): Method {
  if (!credentials) return 'none';
  if (credentials.bearerToken) return 'bearer';
  if (credentials.password) return 'password';
  if (credentials.sshPrivateKey) return 'ssh';
  return credentials.useAzureWorkloadIdentity ? 'workload-identity' : 'none';
}

/** What a release can do. Source: argo-cd release notes of 3.0.0 and 3.0.13 / 3.1.1. */
export function capabilities(image: string): { version: string; workloadIdentity: boolean; bearerOnFetch: boolean } {
  const match = /:v?(\d+)\.(\d+)\.(\d+)/.exec(image);
  const [major = 0, minor = 0, patch = 0] = (match?.slice(1) ?? []).map(Number);
  const bearerOnFetch =
    major > 3 || (major === 3 && (minor > 1 || (minor === 1 && patch >= 1) || (minor === 0 && patch >= 13)));
  return { version: `${major}.${minor}.${patch}`, workloadIdentity: major >= 3, bearerOnFetch };
}
