/** What is always true of a problem. An occurrence may say it more exactly, never less. */
export interface CatalogEntry {
  /** One sentence. */
  readonly title: string;
  /** At most two sentences. */
  readonly cause: string;
  /** At most two sentences. */
  readonly remedy: string;
  /** Trying the same again may help. */
  readonly retryable?: true;
  /** Label of the button that plans the repair; only where a change of ours can mend it. */
  readonly fix?: string;
}
