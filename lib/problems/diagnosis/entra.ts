import type { Evidence } from '../../model/problem.ts';
import { type DiagnosisContext, type DiagnosisRow, quoted } from './row.ts';

const entra = ['entra'] as const;

/** Values of the presented token: from the message where it quotes them, else as the caller knows them. */
function presented(message: string, context: DiagnosisContext): readonly Evidence[] {
  const values = {
    Issuer: quoted(message, 'Assertion Issuer') ?? quoted(message, 'assertion issuer') ?? context.issuer,
    Subject: quoted(message, 'Assertion Subject') ?? quoted(message, 'assertion subject') ?? context.subject,
    Audience: quoted(message, 'Assertion Audience') ?? quoted(message, 'assertion audience') ?? context.audience,
  };
  return Object.entries(values).flatMap(([label, expected]) =>
    expected === undefined ? [] : [{ label, expected, expectedFrom: 'from token' }],
  );
}

/**
 * Entra's numbers are what it keeps stable; texts have changed several times. Since 2024 AADSTS70021 is split by the value that differs.
 * Source: Entra "workload identity federation considerations", azure-workload-identity troubleshooting.
 */
export const entraRows: readonly DiagnosisRow[] = [
  {
    services: entra,
    codes: ['AADSTS700211'],
    message: /kubernetes\.default\.svc/,
    problem: 'cluster/issuer-off',
    words: ({ message }, context) => ({
      title: 'The token was signed by the cluster itself: its OIDC issuer is off',
      evidence: presented(message, context),
    }),
  },
  {
    services: entra,
    codes: ['AADSTS700211'],
    problem: 'federation/issuer-mismatch',
    words: ({ message }, context) => ({ evidence: presented(message, context) }),
  },
  {
    services: entra,
    codes: ['AADSTS700212'],
    message: /api:\/\/AKSIdentityBinding/,
    problem: 'federation/audience-mismatch',
    words: ({ message }, context) => ({
      cause: 'The pod uses an AKS identity binding, whose token Argo CD and Flux cannot exchange at Entra ID.',
      remedy: 'Remove the annotation azure.workload.identity/use-identity-binding from the pod and restart it.',
      evidence: presented(message, context),
      fix: undefined,
    }),
  },
  {
    services: entra,
    codes: ['AADSTS700212'],
    problem: 'federation/audience-mismatch',
    words: ({ message }, context) => ({ evidence: presented(message, context) }),
  },
  {
    services: entra,
    codes: ['AADSTS7002138'],
    problem: 'federation/subject-case',
    words: ({ message }, context) => ({ evidence: presented(message, context) }),
  },
  {
    services: entra,
    codes: ['AADSTS700213', 'AADSTS7002137', 'AADSTS7002131'],
    problem: 'federation/subject-mismatch',
    words: ({ message }, context) => ({ evidence: presented(message, context) }),
  },
  {
    services: entra,
    codes: ['AADSTS70021'],
    message: /kubernetes\.default\.svc/,
    problem: 'cluster/issuer-off',
    words: ({ message }, context) => ({ evidence: presented(message, context) }),
  },
  {
    services: entra,
    codes: ['AADSTS70021'],
    problem: 'federation/no-match',
    words: ({ message }, context) => ({ evidence: presented(message, context) }),
  },
  { services: entra, codes: ['AADSTS70025'], problem: 'identity/no-credentials' },
  {
    services: entra,
    codes: ['AADSTS700016', 'AADSTS7000229'],
    problem: 'identity/not-in-tenant',
    words: ({ message }, { clientId }) => {
      const seen = quoted(message, 'identifier') ?? clientId;
      return {
        ...(seen?.startsWith('/subscriptions/')
          ? { title: 'The annotation holds the identity’s resource id instead of its client id' }
          : {}),
        evidence: seen === undefined ? [] : [{ label: 'Client id', seen, seenIn: 'in the request' }],
      };
    },
  },
  { services: entra, codes: ['AADSTS700024', 'AADSTS700021'], problem: 'federation/assertion-expired' },
  { services: entra, codes: ['AADSTS700027', 'AADSTS50013'], problem: 'federation/assertion-signature' },
  {
    services: entra,
    codes: ['AADSTS90061', 'AADSTS50166', 'AADSTS501661'],
    problem: 'federation/issuer-unreachable',
    words: (_, { issuer }) => ({ evidence: issuer ? [{ label: 'Issuer', expected: issuer }] : [] }),
  },
  { services: entra, codes: ['AADSTS700223', 'AADSTS700238'], problem: 'federation/restricted' },
  { services: entra, codes: ['AADSTS900382'], problem: 'federation/cross-cloud' },
  { services: entra, codes: ['AADSTS90002', 'AADSTS900023'], problem: 'identity/not-in-tenant' },
  { services: entra, codes: ['AADSTS65001'], problem: 'sign-in/consent' },
  { services: entra, codes: ['AADSTS50076', 'AADSTS50079', 'AADSTS50158'], problem: 'sign-in/multi-factor' },
  { services: entra, codes: ['AADSTS53003', 'AADSTS53000', 'AADSTS50005', 'AADSTS53001'], problem: 'sign-in/blocked' },
  {
    services: entra,
    codes: ['AADSTS50173', 'AADSTS70043', 'AADSTS700082', 'AADSTS70008', 'AADSTS50078', 'AADSTS54005', 'invalid_grant'],
    problem: 'sign-in/required',
  },
  { services: entra, codes: ['AADSTS7000215', 'AADSTS7000222'], problem: 'sign-in/app-credential' },
];

/** Codes with which a credential that is right answers until it is known everywhere. */
export const propagationCodes: ReadonlySet<string> = new Set([
  'AADSTS70021',
  'AADSTS700211',
  'AADSTS700212',
  'AADSTS700213',
  'AADSTS70025',
  'AADSTS700016',
]);
