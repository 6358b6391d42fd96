import type { Access } from '../model/devops.ts';
import { diagnose } from '../problems/diagnose.ts';
import { ProblemError } from '../problems/problem.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import type { ChangeContext, Progress } from './change.ts';
import { tokenAsWorkload } from './workload-token.ts';

/**
 * Asks for the refs of a repository as the workload, for pushing where it pushes. One refusal ends the change before anything is written:
 * whoever loses the old credential must have proved the new one.
 */
export async function proveAsWorkload(
  { ports, design, facts, signal }: ChangeContext,
  workload: { readonly namespace: string; readonly serviceAccount: string },
  repository: { readonly url: string; readonly name: string; readonly access: Access },
  progress: Progress,
): Promise<void> {
  if (!facts.identity) throw new Error('The identity is known before a workload relies on it');
  const { clientId, tenantId, principalId } = facts.identity;
  try {
    const token = await tokenAsWorkload(ports, { cluster: design.cluster, ...workload, clientId, tenantId }, signal);
    await ports.git.listRefs(repository.url, token, 'read', signal);
    if (repository.access === 'contribute') await ports.git.listRefs(repository.url, token, 'contribute', signal);
  } catch (error) {
    // A throttle or a fault is the engine's to wait for; a refusal is said here, with what it was about.
    if (error instanceof UpstreamError && ['throttled', 'unavailable', 'unreachable'].includes(error.kind)) throw error;
    const { organization, project } = design.devops;
    throw new ProblemError(
      diagnose(error, { organization, project: project.name, repository: repository.name, principalId, clientId }),
    );
  }
  const refs = repository.access === 'contribute' ? 'refs, for pushing too' : 'refs';
  progress.attempt(`Proved as ${workload.serviceAccount}: Azure DevOps answers with the repository’s ${refs}`);
}
