import type { Context } from './context.ts';
import { accessDenied, refusal } from './envelope.ts';
import { rightsOn } from './permission-evaluation.ts';
import { type SecurityNamespace, securityNamespaces } from './security-namespaces.ts';

export function namespaceOf(context: Context): SecurityNamespace {
  const id = context.params.namespace?.toLowerCase() ?? '';
  const found = securityNamespaces.find(({ namespaceId }) => namespaceId === id);
  if (!found)
    throw refusal(404, 'InvalidSecurityNamespaceException', `The security namespace with id '${id}' was not found.`);
  return found;
}
export const rights = (context: Context, namespaceId: string, token: string) =>
  rightsOn(context.world, context.organization, context.member, namespaceId, token);

export function mustHave(context: Context, namespace: SecurityNamespace, token: string, bit: number): void {
  if ((rights(context, namespace.namespaceId, token) & bit) !== 0) return;
  const name = namespace.actions.find((action) => action.bit === bit)?.name ?? String(bit);
  throw accessDenied(context.member.displayName, token || namespace.name, name);
}
