import pLimit from 'p-limit';
import type { Kubernetes } from '../../ports.ts';
import type { KubernetesSession } from './session.ts';

export function serverVersion(session: KubernetesSession, signal: AbortSignal): Promise<string> {
  return session.call('get server version', { signal }, async ({ version }) => (await version.getCode()).gitVersion);
}

/** SelfSubjectAccessReview: the API server's own word on what the caller may do. Creates nothing. */
export function canI(
  session: KubernetesSession,
  questions: Parameters<Kubernetes['canI']>[0],
  signal: AbortSignal,
): Promise<readonly boolean[]> {
  const limit = pLimit(8);
  return session.call('review own access', { signal }, ({ authorization }) =>
    Promise.all(
      questions.map((question) =>
        limit(async () => {
          const review = await authorization.createSelfSubjectAccessReview({
            body: { spec: { resourceAttributes: { ...question } } },
          });
          return review.status?.allowed ?? false;
        }),
      ),
    ),
  );
}
