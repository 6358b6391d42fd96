import type { ServiceName } from '../../model/problem.ts';
import type { ProblemCode } from '../catalog.ts';
import type { Occurrence } from '../make-problem.ts';
import type { UpstreamError, UpstreamKind } from '../upstream-error.ts';

/** What the caller knows about the attempt; makes sentences and evidence exact. All optional. */
export interface DiagnosisContext {
  readonly subject?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly clientId?: string;
  readonly principalId?: string;
  readonly kubeletObjectId?: string;
  readonly organization?: string;
  readonly project?: string;
  readonly repository?: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

export interface DiagnosisRow {
  readonly services: readonly ServiceName[];
  /** Exact upstream codes; a row without them is a fallback by kind. */
  readonly codes?: readonly string[];
  readonly kinds?: readonly UpstreamKind[];
  readonly status?: number;
  /** For services whose one code covers several failures. Narrowest rows stand first. */
  readonly message?: RegExp;
  readonly problem: ProblemCode;
  readonly words?: (error: UpstreamError, context: DiagnosisContext) => Occurrence & { readonly code?: ProblemCode };
}

/** The first text in single quotes after `word`, as Microsoft's messages quote values. */
export function quoted(message: string, word: string): string | undefined {
  return new RegExp(`${word}:? '([^']*)'`, 'i').exec(message)?.[1];
}
