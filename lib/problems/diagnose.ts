import type { Problem, UpstreamAnswer } from '../model/problem.ts';
import { armRows } from './diagnosis/arm.ts';
import { devopsRows } from './diagnosis/devops.ts';
import { entraRows } from './diagnosis/entra.ts';
import { kubernetesRows } from './diagnosis/kubernetes.ts';
import type { DiagnosisContext, DiagnosisRow } from './diagnosis/row.ts';
import { makeProblem } from './make-problem.ts';
import { ProblemError } from './problem.ts';
import { UpstreamError } from './upstream-error.ts';

export type { DiagnosisContext } from './diagnosis/row.ts';

const everyService = ['entra', 'arm', 'devops', 'git', 'kubernetes', 'store', 'app'] as const;

/** What is true of every service, after its own rows. */
const generalRows: readonly DiagnosisRow[] = [
  { services: ['store'], kinds: ['unreachable', 'unavailable'], problem: 'store/unavailable' },
  { services: everyService, kinds: ['sign-in'], problem: 'sign-in/required' },
  { services: everyService, kinds: ['throttled'], problem: 'upstream/throttled' },
  { services: everyService, kinds: ['unavailable'], problem: 'upstream/unavailable' },
  { services: everyService, kinds: ['unreachable'], problem: 'upstream/unreachable' },
  { services: everyService, kinds: ['refused'], problem: 'upstream/refused' },
  { services: everyService, kinds: ['absent'], problem: 'upstream/missing' },
  { services: everyService, problem: 'upstream/unexpected' },
];

export const diagnosisTable: readonly DiagnosisRow[] = [
  // Refused by Patless itself, before any service could answer.
  { services: everyService, codes: ['EgressRefused'], problem: 'upstream/egress-refused' },
  ...entraRows,
  ...armRows,
  ...devopsRows,
  ...kubernetesRows,
  ...generalRows,
];

/**
 * The problem behind a failure of an upstream service. Anything that is no such failure is a bug and is thrown on:
 * a bug dressed as a problem would never be mended.
 */
export function diagnose(error: unknown, context: DiagnosisContext = {}): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (!(error instanceof UpstreamError)) throw error;
  const codes = codesOf(error);
  const row = diagnosisTable.find((candidate) => matches(candidate, error, codes));
  const { code, ...words } = row?.words?.(error, context) ?? {};
  return makeProblem(code ?? row?.problem ?? 'upstream/unexpected', {
    ...words,
    upstream: answerOf(error),
    ...signInOf(error),
  });
}

/** The error's own code first, then those that its text carries. */
export function codesOf(error: Pick<UpstreamError, 'service' | 'code' | 'message'>): readonly string[] {
  const own = error.service === 'entra' && /^\d+$/.test(error.code ?? '') ? `AADSTS${error.code}` : error.code;
  const inText = error.message.match(/\b(?:AADSTS|TF|VS)\d{4,}\b/g) ?? [];
  return [...new Set([...(own ? [own] : []), ...inText])];
}

function matches(row: DiagnosisRow, error: UpstreamError, codes: readonly string[]): boolean {
  if (!row.services.includes(error.service)) return false;
  // A sign-in that is needed is never a missing right, whatever the status.
  if (error.kind === 'sign-in' && !row.codes && !row.kinds?.includes('sign-in')) return false;
  if (row.status !== undefined && row.status !== error.status) return false;
  if (row.message && !row.message.test(error.message)) return false;
  if (row.codes && !row.codes.some((code) => codes.includes(code))) return row.kinds?.includes(error.kind) ?? false;
  if (!row.codes && row.kinds && !row.kinds.includes(error.kind)) return false;
  return true;
}

function answerOf(error: UpstreamError): UpstreamAnswer {
  return {
    service: error.service,
    operation: error.operation,
    at: error.at,
    message: error.message,
    ...(error.status === undefined ? {} : { status: error.status }),
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(error.correlationId === undefined ? {} : { correlationId: error.correlationId }),
  };
}

const audiences = { arm: 'arm', kubernetes: 'aks', devops: 'devops' } as const;

function signInOf(error: UpstreamError): Pick<Problem, 'signIn'> {
  if (error.kind !== 'sign-in') return {};
  const audience = error.audience ?? audiences[error.service as keyof typeof audiences];
  if (!audience) return {};
  return { signIn: { audience, ...(error.claims ? { claims: error.claims } : {}) } };
}
