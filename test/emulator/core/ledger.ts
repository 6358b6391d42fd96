/** Every accepted mutation, in order. Reliability tests compare it with the app's journal. */
export interface LedgerEntry {
  readonly seq: number;
  readonly at: string;
  readonly service: string;
  readonly operation: string;
  readonly target: string;
  /** Object id of whoever asked. */
  readonly actor: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}
export interface Ledger {
  record(entry: Omit<LedgerEntry, 'seq' | 'at'>): void;
  entries(): readonly LedgerEntry[];
  clear(): void;
  /** Takes up the entries of a world that was kept. */
  restore(kept: readonly LedgerEntry[]): void;
}

export function createLedger(now: () => number): Ledger {
  let entries: LedgerEntry[] = [];
  return {
    record: (entry) => {
      entries.push({ ...entry, seq: entries.length + 1, at: new Date(now()).toISOString() });
    },
    entries: () => entries,
    clear: () => {
      entries = [];
    },
    restore: (kept) => {
      entries = [...kept];
    },
  };
}
