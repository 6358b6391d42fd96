export type ServiceName = 'entra' | 'arm' | 'devops' | 'git' | 'kubernetes' | 'store' | 'app';

/** One compared value. `expected` over `seen` is drawn with the differing characters marked; equal ones are shown once. */
export interface Evidence {
  readonly label: string;
  readonly expected?: string;
  readonly expectedFrom?: string;
  readonly seen?: string;
  readonly seenIn?: string;
}

/** What an upstream service said, already redacted. Never headers, bodies or assertions. */
export interface UpstreamAnswer {
  readonly service: ServiceName;
  readonly operation: string;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly correlationId?: string;
  readonly at: string;
}

/** A catalogued failure: the only thing about an error that crosses to the browser. */
export interface Problem {
  /** Key of `problemCatalog`, for example `federation/subject-mismatch`. */
  readonly code: string;
  /** One sentence, specific to this occurrence. */
  readonly title: string;
  /** Why it is so, in at most two sentences. */
  readonly cause: string;
  /** What to do, in at most two sentences. */
  readonly remedy: string;
  readonly evidence: readonly Evidence[];
  readonly retryable: boolean;
  /** Label of the button that leads to a plan which mends it; absent where no change of ours can. */
  readonly fix?: string;
  readonly upstream?: UpstreamAnswer;
  /** Set when the operator has to pass through Entra once more: for which audience, and with which claims challenge. */
  readonly signIn?: { readonly audience: 'arm' | 'aks' | 'devops'; readonly claims?: string };
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };
