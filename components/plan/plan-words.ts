import { type Layer, type Plan, type PlannedChange, pending, type RightHeld, tally } from '../../lib/model/plan.ts';

export const layerTitles: Readonly<Record<Layer, string>> = {
  cluster: 'AKS',
  identity: 'Identity',
  federation: 'Federation',
  devops: 'Azure DevOps',
  kubernetes: 'Kubernetes',
};

export type Sign = 'create' | 'update' | 'irreversible' | 'handed-over' | 'blocked' | 'right';
export const signs: Readonly<Record<Sign, { readonly mark: string; readonly word: string; readonly tally: string }>> = {
  create: { mark: '+', word: 'Create', tally: 'create' },
  update: { mark: '~', word: 'Change', tally: 'change' },
  irreversible: { mark: '!', word: 'Irreversible', tally: 'irreversible' },
  'handed-over': { mark: '↗', word: 'Handed over', tally: 'handed over' },
  blocked: { mark: '×', word: 'Blocked', tally: 'blocked' },
  right: { mark: '=', word: 'Already right', tally: 'already right' },
};

/** Somebody else has to make it: it would be written, but a right is missing. */
export function isHandedOver({ verdict, rights }: Pick<PlannedChange, 'verdict' | 'rights'>): boolean {
  return (verdict.state === 'create' || verdict.state === 'update') && rights.some(({ held }) => held === 'no');
}

export function signOf(change: PlannedChange): Sign {
  if (isHandedOver(change)) return 'handed-over';
  const { verdict } = change;
  if (verdict.state === 'update') return verdict.irreversible ? 'irreversible' : 'update';
  return verdict.state;
}

export function counts(plan: Pick<Plan, 'changes'>): Readonly<Record<Sign, number>> {
  const all = tally(plan);
  const result: Record<Sign, number> = {
    create: 0,
    update: 0,
    irreversible: 0,
    'handed-over': 0,
    blocked: all.blocked,
    right: all.right,
  };
  for (const change of pending(plan)) result[signOf(change)] += 1;
  return result;
}

export function changesText(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}

/** `You make 9 changes, somebody else makes 1.` */
export function whoMakes(plan: Pick<Plan, 'changes'>): string {
  const others = pending(plan).filter(isHandedOver).length;
  const own = pending(plan).length - others;
  if (own + others === 0) return '0 changes: everything is as designed.';
  return `You make ${changesText(own)}${others > 0 ? `, somebody else makes ${others}` : ''}.`;
}

/** `7c41 f0d9 … e09b` */
export function shortHash(hash: string): string {
  return hash.length < 16 ? hash : `${hash.slice(0, 4)} ${hash.slice(4, 8)} … ${hash.slice(-4)}`;
}

/** The provider and the parents of a scope are on hover; what is read in a row is the last part of each. */
export function shortRight({ right, scope }: Pick<RightHeld, 'right' | 'scope'>): string {
  const action = right.startsWith('Microsoft.') ? right.split('/').slice(-2).join('/') : right;
  const place = scope.startsWith('/') ? (scope.split('/').at(-1) ?? scope) : scope;
  return place ? `${action} · ${place}` : action;
}

/** Complete enough that whoever gets it can act without asking back. */
export function requestText(change: PlannedChange, missing: readonly RightHeld[], pageUrl?: string): string {
  const lines = [`Please help with this change: ${change.title}`, ''];
  for (const { right, scope, role, note } of missing) {
    lines.push(`I lack: ${right}`, `On: ${scope}`);
    if (role) lines.push(`Narrowest ready-made role: ${role}`);
    if (note) lines.push(note);
    lines.push('');
  }
  lines.push('Grant me that right, or make the change yourself:');
  const command = change.commands.az ?? change.commands.kubectl ?? change.commands.kustomize;
  if (command) lines.push('', command);
  if (pageUrl) lines.push('', `${pageUrl}#${anchor(change.id)}`);
  return lines.join('\n');
}

export function anchor(changeId: string): string {
  return `change-${changeId.replace(/[^\w-]+/g, '-')}`;
}
