import { argocdWords } from './argocd-words.ts';
import type { ProblemCode } from './catalog.ts';
import { diagnose } from './diagnose.ts';
import type { DiagnosisContext } from './diagnosis/row.ts';
import { fluxWords } from './flux-words.ts';
import { makeProblem } from './make-problem.ts';
import type { Problem } from './problem.ts';
import { redact } from './redact.ts';
import { UpstreamError } from './upstream-error.ts';
import type { WordRow } from './word-row.ts';

/** What each consumer writes about itself, and what is said of a text that nobody knows. */
const consumerWords = {
  argocd: { rows: argocdWords, otherwise: 'argocd/not-synced' },
  flux: { rows: fluxWords, otherwise: 'flux/not-ready' },
} as const satisfies Record<string, { readonly rows: readonly WordRow[]; readonly otherwise: ProblemCode }>;

export interface TextContext extends DiagnosisContext {
  readonly consumer: keyof typeof consumerWords;
  readonly version?: string;
}

/**
 * The problem behind a text that a consumer wrote about itself. Inner codes of Entra ID and Azure DevOps say more than the consumer's own
 * words around them, so they come first.
 */
export function diagnoseText(text: string, context: TextContext): Problem {
  const message = redact(text);
  const inner = /\b(AADSTS\d{5,}|TF\d{5,}|VS\d{5,})\b/.exec(message)?.[1];
  if (inner) {
    const service = inner.startsWith('AADSTS') ? 'entra' : 'devops';
    return said(
      diagnose(
        new UpstreamError({ service, operation: 'as the consumer reports', kind: 'refused', code: inner, message }),
        context,
      ),
    );
  }
  const { rows, otherwise } = consumerWords[context.consumer];
  const row = rows.find(({ pattern, versions }) => pattern.test(message) && (versions?.(context.version) ?? true));
  return makeProblem(row?.problem ?? otherwise);
}

/** The call was the consumer's, not ours: no status or time of our own belongs to it. */
function said({ upstream: _, ...problem }: Problem): Problem {
  return problem;
}
