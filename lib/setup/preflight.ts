import type { Design } from '../model/connection.ts';
import type { RightHeld, RightNeeded } from '../model/plan.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';

type Held = Pick<RightHeld, 'held' | 'note'>;
const keyOf = ({ kind, right, scope, name }: RightNeeded) => [kind, right, scope.toLowerCase(), name ?? ''].join(' ');

/** Whether the operator holds each right, asked of the service that decides. Nobody's rights but the caller's own are read. */
export async function preflight(
  ports: Ports,
  design: Design,
  needed: readonly RightNeeded[],
  signal: AbortSignal,
): Promise<(right: RightNeeded) => RightHeld> {
  const unique = [...new Map(needed.map((right) => [keyOf(right), right])).values()];
  const of = (kind: RightNeeded['kind']) => unique.filter((right) => right.kind === kind);
  const answers = new Map(
    (
      await Promise.all([
        azureRights(ports, of('azure'), signal),
        kubernetesRights(ports, design, of('kubernetes'), signal),
        devopsRights(ports, design, of('devops'), signal),
      ])
    ).flat(),
  );
  return (right) => ({ ...right, ...(answers.get(keyOf(right)) ?? { held: 'unknown' }) });
}

type Answer = readonly [key: string, held: Held];

async function asked(
  rights: readonly RightNeeded[],
  signal: AbortSignal,
  ask: () => Promise<readonly Held[]>,
): Promise<readonly Answer[]> {
  if (rights.length === 0) return [];
  try {
    const held = await ask();
    return rights.map((right, index) => [keyOf(right), held[index] ?? { held: 'unknown' }]);
  } catch (error) {
    signal.throwIfAborted();
    const { title } = diagnose(error);
    return rights.map((right) => [keyOf(right), { held: 'unknown', note: title }]);
  }
}

async function azureRights(
  ports: Ports,
  rights: readonly RightNeeded[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const scopes = Map.groupBy(rights, ({ scope }) => scope.toLowerCase());
  const answers = await Promise.all(
    [...scopes.values()].map((inScope) =>
      asked(inScope, signal, async () => {
        const permissions = await ports.arm.listPermissions(inScope[0]?.scope ?? '', signal);
        return inScope.map(({ right, role }) => {
          const held = permissions.some((permission) => permits(permission, right));
          return held ? { held: 'yes' } : { held: 'no', note: role ? `The role ${role} contains it` : undefined };
        });
      }),
    ),
  );
  return answers.flat();
}

/** An entry grants what its actions match and its notActions do not; entries add up. Source: Azure RBAC, role definitions. */
export function permits(
  permission: { actions: readonly string[]; notActions: readonly string[] },
  action: string,
): boolean {
  return (
    permission.actions.some((pattern) => matchesAction(pattern, action)) &&
    !permission.notActions.some((pattern) => matchesAction(pattern, action))
  );
}

function matchesAction(pattern: string, action: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`, 'i').test(action);
}

function kubernetesRights(
  ports: Ports,
  design: Design,
  rights: readonly RightNeeded[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  return asked(rights, signal, async () => {
    const kubernetes = await ports.kubernetes(design.cluster);
    const allowed = await kubernetes.canI(
      rights.map(({ right, scope, name }) => ({ ...parseRight(right), namespace: scope, ...(name ? { name } : {}) })),
      signal,
    );
    return allowed.map((held) =>
      held ? { held: 'yes' } : { held: 'no', note: 'An owner of the namespace can grant it' },
    );
  });
}

/** `patch deployments.apps`, `create serviceaccounts/token`: as kubectl auth can-i writes them. */
export function parseRight(right: string): { verb: string; resource: string; group: string; subresource?: string } {
  const [verb = '', object = ''] = right.split(' ');
  const [kind = '', subresource] = object.split('/');
  const [resource = '', ...group] = kind.split('.');
  return { verb, resource, group: group.join('.'), ...(subresource ? { subresource } : {}) };
}

function devopsRights(
  ports: Ports,
  design: Design,
  rights: readonly RightNeeded[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  return asked(rights, signal, async () => {
    const own = await ports.devops.ownRights(design.devops.organization, design.devops.project.id, signal);
    return rights.map(({ right, role }) => {
      const held = right === 'Add users' ? own.addUsers : own.manageProjectGroups;
      if (held === undefined) return { held: 'unknown', note: 'Azure DevOps does not say' };
      return held ? { held: 'yes' } : { held: 'no', ...(role ? { note: `A ${role} can do it` } : {}) };
    });
  });
}
