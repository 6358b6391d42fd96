import { createHash } from 'node:crypto';
import type { ClusterObject } from '../../../core/world.ts';
import { fetchCommit, GitError, listRefs } from '../git-client.ts';
import { authorizationFor, type Controller, FluxError, type GitSpec } from './credentials.ts';
import { conditions, generationOf, requestedAt } from './status.ts';

interface Artifact {
  readonly revision: string;
}
const manager = 'source-controller';

/** Source-controller: checks one GitRepository out and says how that went. Texts of source-controller 1.9 and fluxcd/pkg git/gogit. */
export async function reconcileSource(controller: Controller, object: ClusterObject): Promise<void> {
  const { world, admin } = controller;
  const { namespace = '', name } = object.metadata;
  const spec = object.spec as unknown as GitSpec & { suspend?: boolean };
  if (spec.suspend) return;
  const now = new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const before = (object.status as { artifact?: Artifact } | undefined)?.artifact;
  const done = { observedGeneration: generationOf(object), ...requestedAt(object) };
  const stored = (revision: string) => ({
    type: 'ArtifactInStorage',
    status: 'True' as const,
    reason: 'Succeeded',
    message: `stored artifact for revision '${revision}'`,
  });
  let status: Record<string, unknown>;
  try {
    const { branch, commit } = await checkOut(controller, namespace, spec, before);
    const revision = `${branch}@sha1:${commit}`;
    const path = `gitrepository/${namespace}/${name}/${commit}.tar.gz`;
    const { message } = stored(revision);
    status = {
      ...done,
      artifact: {
        digest: `sha256:${createHash('sha256').update(`${path}`).digest('hex')}`,
        lastUpdateTime: now,
        path,
        revision,
        size: 2048,
        url: `http://source-controller.flux-system.svc.cluster.local./${path}`,
      },
      conditions: conditions(object, now, [
        { type: 'Ready', status: 'True', reason: 'Succeeded', message },
        stored(revision),
      ]),
    };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const { reason, message, stalled } = error;
    status = {
      ...done,
      conditions: conditions(object, now, [
        stalled
          ? { type: 'Stalled', status: 'True', reason, message }
          : {
              type: 'Reconciling',
              status: 'True',
              reason: 'ProgressingWithRetry',
              message: 'reconciliation in progress',
            },
        { type: 'Ready', status: 'False', reason, message },
        { type: 'FetchFailed', status: 'True', reason, message },
        ...(before ? [stored(before.revision)] : []),
      ]),
    };
  }
  await admin.putStatus({ ...object, status }, manager);
}

async function checkOut(
  controller: Controller,
  namespace: string,
  spec: GitSpec,
  before: Artifact | undefined,
): Promise<{ readonly branch: string; readonly commit: string }> {
  const authorization = await authorizationFor(controller, namespace, spec);
  const branch = spec.ref?.branch ?? spec.ref?.tag ?? 'master';
  // With an artifact in storage the remote is only listed first, which names the failure otherwise.
  const doing = before ? 'list remote for' : 'clone';
  const fail = (message: string) =>
    new FluxError(
      'GitOperationFailed',
      `failed to checkout and determine revision: unable to ${doing} '${spec.url}': ${message}`,
    );
  try {
    const refs = await listRefs(controller.world, spec.url, authorization);
    const commit = refs.get(`refs/heads/${branch}`) ?? refs.get(`refs/tags/${branch}`);
    if (!commit) throw new GitError(`couldn't find remote ref "refs/heads/${branch}"`);
    await fetchCommit(controller.world, spec.url, commit, authorization);
    return { branch, commit };
  } catch (error) {
    throw error instanceof GitError ? fail(error.message) : error;
  }
}
