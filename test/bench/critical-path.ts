/** A piece of work with its own measured duration, the waiting for others not counted. */
export interface Task {
  readonly id: string;
  /** Ids of tasks that must end before this one begins. */
  readonly needs: readonly string[];
  readonly ms: number;
  /** Tasks of one lane follow each other in the order given. */
  readonly lane?: { readonly key: string; readonly heldMs: number };
}

export interface CriticalPath {
  /** The time that all of it takes when nothing waits but for what it needs. */
  readonly ms: number;
  /** The tasks that decide it, first to last. */
  readonly path: readonly string[];
}

interface Scheduled {
  readonly begins: number;
  readonly ends: number;
  readonly after?: string;
}

export function criticalPath(tasks: readonly Task[]): CriticalPath {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  if (byId.size !== tasks.length) throw new Error('Two tasks have the same id');
  const before = new Map<string, Task>();
  const lanes = new Map<string, Task>();
  for (const task of tasks) {
    if (!task.lane) continue;
    const mate = lanes.get(task.lane.key);
    if (mate) before.set(task.id, mate);
    lanes.set(task.lane.key, task);
  }
  const scheduled = new Map<string, Scheduled | 'open'>();
  let last: { id: string; ends: number } | undefined;
  for (const { id } of tasks) {
    const { ends } = schedule(id);
    if (!last || ends > last.ends) last = { id, ends };
  }
  const path: string[] = [];
  for (let id = last?.id; id !== undefined; ) {
    path.unshift(id);
    id = schedule(id).after;
  }
  return { ms: last?.ends ?? 0, path };

  function schedule(id: string): Scheduled {
    const known = scheduled.get(id);
    if (known === 'open') throw new Error(`${id} needs itself`);
    if (known) return known;
    const task = byId.get(id);
    if (!task) throw new Error(`No task ${id}`);
    scheduled.set(id, 'open');
    let begins = 0;
    let after: string | undefined;
    const wait = (until: number, whom: string) => {
      if (until <= begins && after !== undefined) return;
      begins = Math.max(begins, until);
      after = whom;
    };
    for (const need of task.needs) wait(schedule(need).ends, need);
    const mate = before.get(id);
    // The lane is free when its holder leaves it, which may be before the holder ends.
    if (mate) {
      const free = schedule(mate.id).begins + (mate.lane?.heldMs ?? 0);
      if (free > begins) wait(free, mate.id);
    }
    const result = { begins, ends: begins + task.ms, ...(after === undefined ? {} : { after }) };
    scheduled.set(id, result);
    return result;
  }
}
