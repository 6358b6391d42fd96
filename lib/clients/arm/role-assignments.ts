import { AuthorizationManagementClient } from '@azure/arm-authorization';
import type { RoleAssignment } from '../../model/azure.ts';
import { type ArmContext, connection } from './context.ts';
import { call } from './failure.ts';
import { collect } from './pages.ts';

/**
 * Without a filter the list of a subscription holds what is assigned at it, above it and below it, so one list answers for every
 * identity in it. Assignments name a role's id; the definitions give it its name.
 */
export function listRoleAssignments(
  context: ArmContext,
  subscriptionId: string,
  signal: AbortSignal,
): Promise<readonly RoleAssignment[]> {
  return call('list role assignments', { write: false, signal }, async () => {
    const { credential, options } = connection(context, signal);
    const client = new AuthorizationManagementClient(credential, subscriptionId, options);
    const [assignments, definitions] = await Promise.all([
      collect(client.roleAssignments.listForSubscription({ abortSignal: signal }), signal),
      collect(client.roleDefinitions.list(`/subscriptions/${subscriptionId}`, { abortSignal: signal }), signal),
    ]);
    const names = new Map(definitions.map(({ name = '', roleName = '' }) => [name.toLowerCase(), roleName]));
    return assignments.flatMap(({ principalId, principalType, roleDefinitionId, scope }) => {
      if (!principalId || !scope) return [];
      const id = roleDefinitionId?.split('/').at(-1)?.toLowerCase() ?? '';
      return [{ principalId, principalType: principalType ?? 'Unknown', role: names.get(id) ?? id, scope }];
    });
  });
}
