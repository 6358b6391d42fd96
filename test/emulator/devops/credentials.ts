import type { EmulatorRequest } from '../core/service.ts';
import { type DevopsMember, type DevopsOrganization, isRefusal, type Principal, type World } from '../core/world.ts';

/** Why somebody is not let in. */
export type Rejection =
  /** Nothing, or nothing that anybody recognises. */
  | { readonly reason: 'anonymous' }
  | { readonly reason: 'expired' }
  /** An Entra token that is not meant for Azure DevOps. */
  | { readonly reason: 'token' }
  /** A personal access token that is expired, revoked, for another organisation or without the scope. */
  | { readonly reason: 'pat' }
  /** A known principal who does not belong to this organisation. */
  | { readonly reason: 'stranger'; readonly principal: Principal };
export interface Admission {
  readonly member: DevopsMember;
}

export const isRejection = <T extends object>(judged: T | Rejection): judged is Rejection => 'reason' in judged;

/** Password of a Basic header. */
function basicPassword(authorization: string | undefined): string | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (!encoded) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

export async function judgePrincipal(world: World, request: EmulatorRequest): Promise<Principal | Rejection> {
  const verified = await world.tokens.verify(request.headers.authorization, 'devops');
  if (!isRefusal(verified)) return verified;
  switch (verified.refused) {
    case 'missing':
    case 'malformed':
      return { reason: 'anonymous' };
    case 'expired':
      return { reason: 'expired' };
    default:
      return { reason: 'token' };
  }
}

/** `scope`: what a personal access token must carry; undefined accepts any. */
export async function judge(
  world: World,
  request: EmulatorRequest,
  organization: DevopsOrganization,
  scope: string | undefined,
): Promise<Admission | Rejection> {
  const password = basicPassword(request.headers.authorization);
  const pat = password ? world.devops.pats?.find(({ token }) => token === password) : undefined;
  if (pat) {
    const member = organization.members.find(({ id }) => id === pat.memberId);
    const usable =
      pat.organization === organization.name.toLowerCase() && !pat.revoked && pat.validTo > world.clock.now();
    const scoped = scope === undefined || covers(pat.scopes, scope);
    return member && usable && scoped ? { member } : { reason: 'pat' };
  }
  const principal = await judgePrincipal(world, request);
  if (isRejection(principal)) return principal;
  const member =
    principal.tenantId === organization.tenantId
      ? organization.members.find(
          ({ originId, kind }) => originId.toLowerCase() === principal.oid.toLowerCase() && kind === principal.kind,
        )
      : undefined;
  return member ? { member } : { reason: 'stranger', principal };
}

/** `vso.code_write` includes `vso.code`, and `vso.code_manage` both; `app_token` is everything. */
function covers(granted: readonly string[], wanted: string): boolean {
  const levels = ['', '_write', '_manage', '_full'];
  const base = levels.slice(1).reduce((name, level) => name.replace(new RegExp(`${level}$`), ''), wanted);
  const needed = levels.indexOf(wanted.slice(base.length));
  return granted.some(
    (scope) =>
      scope === 'app_token' ||
      (scope.startsWith(base) &&
        levels.includes(scope.slice(base.length)) &&
        levels.indexOf(scope.slice(base.length)) >= needed),
  );
}
