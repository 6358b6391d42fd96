import { credentialsPerIdentity, type FederatedCredential } from '../model/azure.ts';
import type { Design } from '../model/connection.ts';
import { serviceAccountSubject } from '../model/kubernetes.ts';
import type { Problem } from '../model/problem.ts';
import { makeProblem } from '../problems/make-problem.ts';

export type CredentialTarget = Design['credentials'][number];

/** What the credential must say. The issuer is absent until the cluster has one. */
export function wantedTrust(target: CredentialTarget, design: Design, issuer: string | undefined): Trust {
  return {
    ...(issuer ? { issuer } : {}),
    subject: serviceAccountSubject(target.namespace, target.serviceAccount),
    audience: design.federationAudience,
  };
}

export interface Trust {
  readonly issuer?: string;
  readonly subject: string;
  readonly audience: string;
}

export interface CredentialObservation {
  readonly credentials: readonly FederatedCredential[];
  /** Whether a credential that has our name and another trust serves somebody who is alive. Absent when there is none. */
  readonly nameUsedBy?: string;
}

export type Judgement =
  | { readonly kind: 'equal'; readonly credential: FederatedCredential }
  | { readonly kind: 'update'; readonly credential: FederatedCredential }
  | { readonly kind: 'create' }
  | { readonly kind: 'blocked'; readonly problem: Problem };

/** Issuer, subject and audience byte for byte: Entra compares them so, and a lenient comparison would plan nothing for a broken trust. */
export function sameTrust(credential: FederatedCredential, wanted: Trust): boolean {
  return (
    wanted.issuer !== undefined &&
    credential.issuer === wanted.issuer &&
    credential.subject === wanted.subject &&
    credential.audiences.length === 1 &&
    credential.audiences[0] === wanted.audience
  );
}

export function sameName(credential: FederatedCredential, name: string): boolean {
  return credential.name.toLowerCase() === name.toLowerCase();
}

export function judgeCredential(
  { credentials, nameUsedBy }: CredentialObservation,
  wanted: Trust,
  target: { readonly name: string },
  design: Pick<Design, 'credentials'>,
): Judgement {
  const equal = credentials.find((credential) => sameTrust(credential, wanted));
  if (equal) return { kind: 'equal', credential: equal };

  // Issuer and subject are unique on one identity: a second credential with them is refused, so that one is corrected.
  const samePair = credentials.find(({ issuer, subject }) => issuer === wanted.issuer && subject === wanted.subject);
  if (samePair) return { kind: 'update', credential: samePair };

  const named = credentials.find((credential) => sameName(credential, target.name));
  if (named && nameUsedBy)
    return {
      kind: 'blocked',
      problem: makeProblem('federation/name-taken', {
        title: `The name ${named.name} is taken by a credential for ${nameUsedBy}`,
        evidence: [
          {
            label: 'Subject',
            expected: wanted.subject,
            seen: named.subject ?? named.claimsMatchingExpression ?? '',
            seenIn: 'in credential',
          },
          {
            label: 'Issuer',
            ...(wanted.issuer ? { expected: wanted.issuer } : {}),
            seen: named.issuer,
            seenIn: 'in credential',
          },
        ],
      }),
    };
  if (named) return { kind: 'update', credential: named };

  const alsoToCome = design.credentials.filter(
    ({ namespace, serviceAccount, name }) =>
      !credentials.some(
        (credential) =>
          sameName(credential, name) ||
          (credential.issuer === wanted.issuer &&
            credential.subject === serviceAccountSubject(namespace, serviceAccount)),
      ),
  );
  const place = credentials.length + alsoToCome.findIndex(({ name }) => name === target.name) + 1;
  if (place > credentialsPerIdentity)
    return {
      kind: 'blocked',
      problem: makeProblem('federation/limit', {
        title: `This would be credential ${place} of at most ${credentialsPerIdentity} on the identity`,
        evidence: [
          {
            label: 'Credentials',
            expected: `at most ${credentialsPerIdentity}`,
            seen: String(credentials.length),
            seenIn: 'on identity',
          },
        ],
      }),
    };
  return { kind: 'create' };
}
