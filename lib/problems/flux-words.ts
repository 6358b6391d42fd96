import type { WordRow } from './word-row.ts';

/**
 * What Flux writes when no code of Microsoft's is in it. Sources: source-controller and image-automation-controller, fluxcd/pkg auth and
 * git/gogit, flux2 issues 4292 and 4861, source-controller issue 1837.
 */
export const fluxWords: readonly WordRow[] = [
  { pattern: /enable the ObjectLevelWorkloadIdentity feature gate/, problem: 'flux/object-level-off' },
  {
    pattern: /(?:tenant|client) ID is not set in the service account annotation/,
    problem: 'injection/annotation-missing',
  },
  { pattern: /failed to create kubernetes token for service account/, problem: 'flux/token-denied' },
  { pattern: /failed to get service account/, problem: 'flux/service-account-missing' },
  { pattern: /failed to get secret/, problem: 'flux/secret-missing' },
  { pattern: /exec: "git": executable file not found/, problem: 'flux/git-missing' },
  { pattern: /no matches for kind "[^"]+" in version "[^"]+\.toolkit\.fluxcd\.io/, problem: 'flux/api-removed' },
  { pattern: /unknown field "spec\.(?:provider|serviceAccountName)"/, problem: 'flux/version-unsupported' },
  { pattern: /invalid Azure registry/, problem: 'flux/registry-provider' },
  {
    pattern: /missing environment variables for workload identity|Identity not found/,
    problem: 'injection/environment-missing',
  },
  { pattern: /repository not found/i, problem: 'devops/repository-missing' },
  { pattern: /failed to update source: .*authorization failed/s, problem: 'devops/no-contribute' },
  { pattern: /authorization failed/, problem: 'devops/no-read' },
  { pattern: /authentication required/, problem: 'devops/not-authorized' },
  {
    pattern: /i\/o timeout|no such host|connection refused|context deadline exceeded/,
    problem: 'upstream/unreachable',
  },
];
