import type { EmulatorRequest, EmulatorResponse } from '../core/service.ts';
import type { Tenant, World } from '../core/world.ts';
import { readTenant } from './authorization-request.ts';
import { authenticateApplication, readClient } from './client-authentication.ts';
import { isRefusal, type Refusal, refuse, tokenAnswer, trace } from './errors.ts';
import { exchangeForIdentity } from './identity-exchange.ts';
import { refusals } from './refusals.ts';
import { sharedTenants } from './state.ts';
import { type Caller, redeemCode, redeemRefreshToken } from './user-grants.ts';

const grants = ['authorization_code', 'refresh_token', 'client_credentials'];

/** POST /{tenant}/oauth2/v2.0/token */
export async function token(request: EmulatorRequest, world: World): Promise<EmulatorResponse> {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const grantType = form.get('grant_type') ?? '';
  const fault = world.faults.take('entra', `token.${grantType}`, 'exact');
  if (fault?.type === 'delay') await world.clock.sleep(fault.ms);
  const result =
    fault?.type === 'aadsts'
      ? injected(fault.code, fault.claims, form)
      : await answer(request, world, form, grantType).catch((error: unknown) => {
          if (error instanceof NotModelled) return error;
          throw error;
        });
  if (result instanceof NotModelled) {
    return {
      status: 501,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ error: 'not_implemented', error_description: result.message, error_codes: [] }),
    };
  }
  return isRefusal(result) ? refuse(result, trace(request, world, form)) : tokenAnswer(result);
}

/** Real Entra would answer; this one does not know how, and says so rather than invent. */
export class NotModelled extends Error {}

async function answer(
  request: EmulatorRequest,
  world: World,
  form: URLSearchParams,
  grantType: string,
): Promise<Record<string, unknown> | Refusal> {
  const { tenant: name = '' } = request.params;
  const shared = sharedTenants.includes(name.toLowerCase());
  const tenant = shared ? undefined : readTenant(world, name);
  if (isRefusal(tenant)) return tenant;
  if (grantType === '') return refusals.parameterMissing('grant_type');
  if (!grants.includes(grantType)) return refusals.grantUnsupported(grantType);
  const client = readClient(request, form);
  if (client.clientId === '') return refusals.parameterMissing('client_id');
  if (!tenant) return refusals.notMultiTenant(client.clientId, client.clientId);

  const caller = findClient(world, tenant, client.clientId);
  if (!caller) return refusals.clientUnknown(client.clientId, tenant.name);
  if (caller.type === 'identity') {
    if (grantType !== 'client_credentials') return refusals.grantInvalid();
    return exchangeForIdentity(world, tenant, caller.identity, client, form.get('scope') ?? '');
  }
  const { origin } = request.headers;
  if (origin !== undefined && grantType !== 'client_credentials') return refusals.crossOrigin(origin);
  const refused = await authenticateApplication(world, caller.application, client);
  if (refused) return refused;
  const user: Caller = { tenant, application: caller.application };
  if (grantType === 'authorization_code') return redeemCode(world, user, form);
  if (grantType === 'refresh_token') return redeemRefreshToken(world, user, form);
  throw new NotModelled('client_credentials of an application');
}

function findClient(world: World, tenant: Tenant, clientId: string) {
  const wanted = clientId.toLowerCase();
  const application = tenant.applications.find((candidate) => candidate.clientId.toLowerCase() === wanted);
  if (application) return { type: 'application' as const, application };
  for (const identity of world.azure.identities.values()) {
    if (identity.clientId.toLowerCase() === wanted && identity.tenantId === tenant.id) {
      return { type: 'identity' as const, identity };
    }
  }
  return undefined;
}

function injected(code: number, claims: string | undefined, form: URLSearchParams): Refusal {
  if (code === 50076)
    return refusals.stepUp(
      form.get('scope') ?? '',
      claims ?? '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}',
    );
  if (code === 65001) return refusals.consentRequired(form.get('client_id') ?? '', 'Patless');
  if (code === 700082) return refusals.refreshExpired(new Date(0).toISOString());
  return { code, error: 'invalid_grant', text: 'Injected by the test.', claims };
}
