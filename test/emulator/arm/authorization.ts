import type { Grant, World } from '../core/world.ts';

/** `*` in an action stands for any run of characters, slashes included; comparison ignores case. Source: Azure RBAC role definitions. */
function matches(pattern: string, action: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'i').test(action);
}

/** A scope covers itself and everything below it, by whole segments: `rg-a` does not cover `rg-ab`. */
export function covers(grantScope: string, scope: string): boolean {
  const outer = grantScope.toLowerCase().replace(/\/+$/, '');
  const inner = scope.toLowerCase().replace(/\/+$/, '');
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}

export function grantsOn(world: World, principalId: string, scope: string): Grant[] {
  return world.azure.grants.filter((grant) => grant.principalId === principalId && covers(grant.scope, scope));
}

/** notActions take away from their own role only: another role may still grant the action. */
export function allows(world: World, principalId: string, action: string, scope: string): boolean {
  return grantsOn(world, principalId, scope).some(
    ({ actions, notActions }) =>
      actions.some((pattern) => matches(pattern, action)) && !notActions.some((pattern) => matches(pattern, action)),
  );
}

/** The same for data actions: what Azure RBAC for Kubernetes asks, with the cluster's id (and namespace) as scope. */
export function allowsData(world: World, principalId: string, action: string, scope: string): boolean {
  return grantsOn(world, principalId, scope).some(
    ({ dataActions = [], notDataActions = [] }) =>
      dataActions.some((pattern) => matches(pattern, action)) &&
      !notDataActions.some((pattern) => matches(pattern, action)),
  );
}

/** Whether a principal holds any role at, above or below a scope: what makes a subscription visible at all. */
export function sees(world: World, principalId: string, scope: string): boolean {
  return world.azure.grants.some(
    (grant) => grant.principalId === principalId && (covers(grant.scope, scope) || covers(scope, grant.scope)),
  );
}
