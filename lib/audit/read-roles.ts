import pLimit from 'p-limit';
import type { NotVisible, Read, RoleHeld } from '../model/audit.ts';
import type { Subscription } from '../model/azure.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { UpstreamError } from '../problems/upstream-error.ts';

/** Azure roles of every principal. When one subscription is not read, what was not found may still be there. */
export async function readRoles(
  ports: Pick<Ports, 'arm' | 'clock'>,
  subscriptions: readonly Subscription[],
  missing: (missing: NotVisible) => void,
  signal: AbortSignal,
): Promise<(principalId: string) => Read<readonly RoleHeld[]>> {
  const held = new Map<string, Map<string, RoleHeld>>();
  let unread: string | undefined;
  const limit = pLimit(8);
  await Promise.all(
    subscriptions.map(({ id, name }) =>
      limit(async () => {
        try {
          for (const { principalId, role, scope } of await ports.arm.listRoleAssignments(id, signal)) {
            const key = principalId.toLowerCase();
            const roles = held.get(key) ?? new Map<string, RoleHeld>();
            // Assignments above subscriptions are in the list of each of them.
            roles.set(`${role} ${scope.toLowerCase()}`, { role, scope });
            held.set(key, roles);
          }
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof UpstreamError) || error.kind === 'sign-in') throw error;
          unread = `Role assignments of ${name} are not visible to you`;
          missing({ what: `Role assignments of ${name}`, problem: diagnose(error) });
        }
      }),
    ),
  );
  const at = ports.clock.now().toISOString();
  return (principalId) => {
    const roles = [...(held.get(principalId.toLowerCase())?.values() ?? [])];
    if (roles.length === 0 && unread !== undefined) return { state: 'not-visible', why: unread };
    return { state: 'read', at, value: roles };
  };
}
