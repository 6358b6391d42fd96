import { before, type WordRow } from './word-row.ts';

/** What Argo CD writes when no code of Microsoft's is in it. Sources: argo-cd issues 23100, 23348, 23478, 28748 and its git package. */
export const argocdWords: readonly WordRow[] = [
  { pattern: /status code: 302/, versions: before('3.0.6'), problem: 'argocd/version-token-cache' },
  { pattern: /status code: 302/, problem: 'argocd/sign-in-page' },
  { pattern: /unable to ls-remote HEAD on repository/, versions: before('3.0.7'), problem: 'argocd/version-connect' },
  {
    pattern: /could not read Username for|no credentials matched this URL/,
    problem: 'argocd/no-secret',
  },
  {
    pattern: /missing environment variables for workload identity|no client ID specified|DefaultAzureCredential/,
    problem: 'injection/environment-missing',
  },
  { pattern: /Identity not found|IMDS/, problem: 'injection/environment-missing' },
  { pattern: /repository not found|Repository not found/, problem: 'devops/repository-missing' },
  { pattern: /authorization failed|status code: 403|returned error: 403/, problem: 'devops/no-read' },
  { pattern: /authentication required|Authentication failed|status code: 401/, problem: 'devops/not-authorized' },
  { pattern: /no access token provided/, problem: 'argocd/pat-only' },
  {
    pattern: /i\/o timeout|no such host|connection refused|context deadline exceeded/,
    problem: 'upstream/unreachable',
  },
];
