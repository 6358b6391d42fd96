import { z } from 'zod';
import { UpstreamError } from '../../problems/upstream-error.ts';
import type { DevopsSession } from './session.ts';

const collection = { namespace: '3e65f728-f8bc-4ecd-8764-7e378b19bfa7', genericWrite: 2 };
const identity = { namespace: '5a27515b-ccd7-42c9-84f1-54c998f03866', manageMembership: 8 };
const answerSchema = z.object({ evaluations: z.array(z.object({ value: z.boolean().optional() })) });

/**
 * The caller's own rights. Adding users is a right of Project Collection Administrators that no evaluation names; changing the
 * collection is theirs as well and can be asked. Silence stays undefined: it is neither yes nor no.
 */
export async function ownRights(
  session: DevopsSession,
  organization: string,
  projectId: string,
  signal: AbortSignal,
): Promise<{ readonly addUsers?: boolean; readonly manageProjectGroups?: boolean }> {
  const [addUsers, manageProjectGroups] = await Promise.all([
    evaluate(session, 'core', organization, collection.namespace, 'NAMESPACE:', collection.genericWrite, signal),
    // Membership of a project's groups is secured where identities live.
    evaluate(session, 'graph', organization, identity.namespace, projectId, identity.manageMembership, signal),
  ]);
  return { addUsers, manageProjectGroups };
}

async function evaluate(
  session: DevopsSession,
  host: 'core' | 'graph',
  organization: string,
  securityNamespaceId: string,
  token: string,
  permissions: number,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return await session.read('evaluate own rights', signal, async (rest) => {
      const url = session.url(host, organization, 'security/permissionevaluationbatch');
      const answer = await rest.create(url, {
        alwaysAllowAdministrators: false,
        evaluations: [{ securityNamespaceId, token, permissions }],
      });
      return answerSchema.parse(answer.result).evaluations[0]?.value;
    });
  } catch (error) {
    signal.throwIfAborted();
    const known = error instanceof UpstreamError;
    // Not answered is no reason to fail the page. A token that is not accepted is: nothing else will work either.
    if (known && error.kind !== 'sign-in' && error.code !== 'SIGN-IN-PAGE' && error.status !== 401) return undefined;
    throw error;
  }
}
