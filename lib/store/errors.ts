/** The writer's lease was taken over: somebody else carries the run on. */
export class StaleLeaseError extends Error {
  override readonly name = 'StaleLeaseError';
  // By name, because a bundler may load this file more than once.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'StaleLeaseError';
  }
  readonly runId: string;
  constructor(runId: string) {
    super(`The lease on run ${runId} was taken over; this writer must stop.`);
    this.runId = runId;
  }
}

/** Another process has the embedded database open. Two writers on one folder would lose each other's data without a word. */
export class StoreLockedError extends Error {
  override readonly name = 'StoreLockedError';
  readonly pid: number;
  constructor(pid: number, file: string) {
    super(
      `The database in this folder is in use by process ${pid}. Stop that process, set DATA_DIR to another folder, or set DATABASE_URL to share one PostgreSQL between processes. (Lock: ${file})`,
    );
    this.pid = pid;
  }
}
