import type { FederatedCredential } from '../model/azure.ts';
import type { TokenClaims } from '../model/kubernetes.ts';
import type { Evidence, Problem } from '../model/problem.ts';
import type { ProblemCode } from '../problems/catalog.ts';
import { differenceInWords } from '../problems/difference.ts';
import { makeProblem } from '../problems/make-problem.ts';

type Field = 'issuer' | 'subject' | 'audience';
const labels: Record<Field, string> = { issuer: 'Issuer', subject: 'Subject', audience: 'Audience' };

/**
 * Which value of which credential made Entra refuse. The credential that was meant for this token has the designed name or its subject;
 * those of other service accounts agree in issuer and audience by nature and would be the wrong one to blame. If it agrees in all
 * values, Entra does not know it everywhere yet.
 */
export function explainRefusal(
  said: Problem,
  credentials: readonly FederatedCredential[],
  claims: TokenClaims,
  designedName: string,
): { readonly problem: Problem; readonly propagating: boolean } {
  const meant = credentials
    .filter(
      ({ name, subject }) =>
        name.toLowerCase() === designedName.toLowerCase() || subject?.toLowerCase() === claims.subject.toLowerCase(),
    )
    .map((credential) => ({ credential, differing: differingFields(credential, claims) }))
    .sort((left, right) => left.differing.length - right.differing.length)[0];
  const upstream = said.upstream ? { upstream: said.upstream } : {};
  if (!meant)
    return {
      propagating: false,
      problem: makeProblem('federation/credential-missing', {
        ...(credentials.length === 0 ? { title: 'The identity has no federated credential at all' } : {}),
        evidence: (['issuer', 'subject', 'audience'] as const).map((field) => ({
          label: labels[field],
          expected: claims[field],
          expectedFrom: 'from token',
          seen: '',
          seenIn: 'in any credential',
        })),
        ...upstream,
      }),
    };
  const [field] = meant.differing;
  if (field !== undefined) return { propagating: false, problem: differs(field, meant.credential, claims, upstream) };
  const evidence = compared(meant.credential, claims);
  return { propagating: true, problem: makeProblem('federation/propagating', { evidence, ...upstream }) };
}

function differs(
  field: Field,
  credential: FederatedCredential,
  claims: TokenClaims,
  upstream: Pick<Problem, 'upstream'>,
): Problem {
  const seen = valuesOf(credential)[field];
  const how = differenceInWords(claims[field], seen) ?? '';
  const lettersOnly = seen.toLowerCase() === claims[field].toLowerCase();
  const slashOnly = field === 'issuer' && seen.replace(/\/$/, '') === claims.issuer.replace(/\/$/, '');
  const code: ProblemCode =
    slashOnly && claims.issuer.endsWith('/')
      ? 'federation/issuer-slash'
      : field === 'subject' && lettersOnly
        ? 'federation/subject-case'
        : (`federation/${field}-mismatch` as const);
  return makeProblem(code, {
    cause: `In ${credential.name} the ${field} is not the token’s: ${how}. Entra ID compares it byte for byte and refuses the exchange.`,
    evidence: compared(credential, claims),
    ...upstream,
  });
}

function valuesOf({ issuer, subject = '', audiences }: FederatedCredential): Record<Field, string> {
  return { issuer, subject, audience: audiences.join(', ') };
}

function differingFields(credential: FederatedCredential, claims: TokenClaims): readonly Field[] {
  const values = valuesOf(credential);
  return (['issuer', 'subject', 'audience'] as const).filter((field) => values[field] !== claims[field]);
}

function compared(credential: FederatedCredential, claims: TokenClaims): readonly Evidence[] {
  const values = valuesOf(credential);
  return (['issuer', 'subject', 'audience'] as const).map((field) => ({
    label: labels[field],
    expected: claims[field],
    expectedFrom: 'from token',
    seen: values[field],
    seenIn: `in ${credential.name}`,
  }));
}
