import { createHash } from 'node:crypto';
import type { Person } from '../model/connection.ts';
import type { ChangeOutcome, Run, RunEvent, StoredRunEvent } from '../model/run.ts';
import type { Lease, Store } from '../ports.ts';
import { canonicalJson } from './steps.ts';

/** How long a lease lasts when nobody renews it: a run whose server died is resumable after this time. */
export const leaseTtlMs = 30_000;

/** Somebody else holds the run, so nothing may be written any more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

/** Everything that a run writes down: the journal before and after each call, and the events that pages follow, in their order. */
export class RunJournal {
  readonly #runs: Store['runs'];
  readonly #run: Run;
  readonly #holder: Person;
  readonly #fence: number;
  readonly #publish: (event: StoredRunEvent) => void;
  #events: Promise<void> = Promise.resolve();

  constructor(options: {
    runs: Store['runs'];
    run: Run;
    holder: Person;
    lease: Lease;
    publish: (event: StoredRunEvent) => void;
  }) {
    this.#runs = options.runs;
    this.#run = options.run;
    this.#holder = options.holder;
    this.#fence = options.lease.fence;
    this.#publish = options.publish;
  }

  /** Stored, then published: a reader that reconnects must find what it was told. */
  emit(event: RunEvent): void {
    this.#events = this.#events.then(async () => {
      const seq = await this.#runs.appendEvent(this.#run.id, event);
      this.#publish({ ...event, seq });
    });
    // A broken store is noticed where its result is awaited; without this line it would end the process first.
    this.#events.catch(() => undefined);
  }

  /** Resolves when every event so far is stored; rejects when one could not be. */
  flushed(): Promise<void> {
    return this.#events;
  }

  async begin(changeId: string, operation: string, target: string, body: unknown): Promise<string> {
    await this.#events;
    try {
      return await this.#runs.begin(
        {
          runId: this.#run.id,
          changeId,
          planHash: this.#run.plan.hash,
          actor: { oid: this.#holder.oid, tid: this.#run.tenantId },
          intent: { operation, target, bodyHash: createHash('sha256').update(canonicalJson(body)).digest('hex') },
          createdByRun: false,
        },
        this.#fence,
      );
    } catch (error) {
      if (!(await this.held())) throw new LeaseLostError('The run was taken over', { cause: error });
      throw error;
    }
  }

  async complete(
    entryId: string,
    outcome: ChangeOutcome,
    details: { correlationId?: string; createdByRun?: boolean } = {},
  ): Promise<void> {
    try {
      await this.#runs.complete(entryId, this.#fence, outcome, {
        createdByRun: details.createdByRun ?? false,
        ...(details.correlationId ? { correlationId: details.correlationId } : {}),
      });
    } catch (error) {
      if (!(await this.held())) throw new LeaseLostError('The run was taken over', { cause: error });
      throw error;
    }
  }

  held(): Promise<boolean> {
    return this.#runs.renewLease(this.#run.id, this.#fence, leaseTtlMs);
  }
}
