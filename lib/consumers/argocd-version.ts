import semver from 'semver';
import { makeProblem } from '../problems/make-problem.ts';
import type { FoundConsumer } from './consumer-kind.ts';

/** The version in an image's tag, without digest. Undefined for `latest` and the like. */
export function versionOf(image: string): string | undefined {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1];
  return semver.valid(semver.clean(tag ?? '')) ?? semver.coerce(tag?.startsWith('v') ? tag : '')?.version ?? undefined;
}

/**
 * What will go wrong with this version, worst first. Sources: argo-cd issues 23100 (token cache), 23348 (connect), 23478 (fetch without a
 * token); the flag itself came with 3.0.0.
 */
export function versionNotices(version: string | undefined): FoundConsumer['notices'] {
  const seen = semver.coerce(version ?? '')?.version;
  if (!seen) return [{ problem: makeProblem('argocd/version-unknown'), blocks: false }];
  const evidence = [{ label: 'Version', expected: '3.0.13, 3.1.1 or newer', seen, seenIn: 'in image' }];
  if (semver.lt(seen, '3.0.0'))
    return [{ problem: makeProblem('argocd/version-unsupported', { evidence }), blocks: true }];
  const notices: FoundConsumer['notices'][number][] = [];
  if (semver.satisfies(seen, '>=3.0.0 <3.0.13 || 3.1.0'))
    notices.push({ problem: makeProblem('argocd/version-fetch', { evidence }), blocks: true });
  if (semver.satisfies(seen, '>=3.0.0 <3.0.6'))
    notices.push({ problem: makeProblem('argocd/version-token-cache', { evidence }), blocks: false });
  if (semver.satisfies(seen, '>=3.0.0 <3.0.7'))
    notices.push({ problem: makeProblem('argocd/version-connect', { evidence }), blocks: false });
  return notices;
}
