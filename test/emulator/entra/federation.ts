import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import type { World } from '../core/world.ts';
import type { Refusal } from './errors.ts';
import { fetchIssuerKeys } from './issuer-keys.ts';
import { refusals } from './refusals.ts';

/** What a federated credential says, whoever it belongs to. */
export interface TrustRecord {
  readonly issuer: string;
  readonly subject?: string;
  readonly audiences: readonly string[];
}

/** Entra tolerates clocks that differ by five minutes. */
const skewSeconds = 300;

/**
 * Judges a federated client assertion. Issuer, audience and subject are compared byte for byte with the records first, because only a
 * trusted issuer is fetched at all; then signature and time. Undefined: accepted.
 */
export async function judgeAssertion(
  world: World,
  assertion: string,
  records: readonly TrustRecord[],
): Promise<Refusal | undefined> {
  let claims: JWTPayload;
  try {
    claims = decodeJwt(assertion);
    decodeProtectedHeader(assertion);
  } catch {
    return refusals.assertionMalformed();
  }
  const { iss, sub } = claims;
  const audiences = claims.aud === undefined ? [] : [claims.aud].flat();
  if (typeof iss !== 'string' || typeof sub !== 'string') return refusals.assertionMalformed();

  const ofIssuer = records.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) return refusals.issuerMismatch(iss);
  const ofAudience = ofIssuer.filter((record) => record.audiences.some((audience) => audiences.includes(audience)));
  if (ofAudience.length === 0) return refusals.audienceMismatch(audiences.join(','));
  // Entra matches the subject case-sensitively; lower-casing here would turn a real mismatch into a pass.
  if (!ofAudience.some(({ subject }) => subject === sub)) {
    const differsInCase = ofAudience.some(({ subject }) => subject?.toLowerCase() === sub.toLowerCase());
    return differsInCase ? refusals.subjectCase(sub) : refusals.subjectMismatch(sub);
  }

  const keys = await fetchIssuerKeys(world, iss);
  if (!keys) return refusals.issuerUnreachable();
  try {
    await compactVerify(assertion, createLocalJWKSet(keys), { algorithms: ['RS256'] });
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return refusals.assertionSignature();
    throw error;
  }
  return judgeTime(world, claims);
}

function judgeTime(world: World, { nbf, iat, exp }: JWTPayload): Refusal | undefined {
  const now = world.clock.now() / 1000;
  const from = nbf ?? iat ?? 0;
  if (exp === undefined) return refusals.assertionMalformed();
  if (now >= from - skewSeconds && now < exp + skewSeconds) return undefined;
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/(\.\d{3})Z$/, '$10000Z');
  return refusals.assertionTime(iso(now), iso(from), iso(exp));
}
