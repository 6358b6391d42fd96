import type { AzureIdentity, Tenant, World } from '../core/world.ts';
import { scopeRefusal } from './authorization-request.ts';
import type { ClientCredential } from './client-authentication.ts';
import type { Refusal } from './errors.ts';
import { judgeAssertion } from './federation.ts';
import { knownRecords } from './propagation.ts';
import { refusals } from './refusals.ts';
import { isScopeRefusal, parseScope } from './resources.ts';
import { issueAccessToken } from './tokens.ts';

/** A managed identity's token lives a day, which is why deleting its credential does not end access at once. */
const lifetimeSeconds = 86_400;

/** A workload's service-account token for a token of the managed identity. */
export async function exchangeForIdentity(
  world: World,
  tenant: Tenant,
  identity: AzureIdentity,
  credential: ClientCredential,
  scope: string,
): Promise<Record<string, unknown> | Refusal> {
  const scopes = parseScope(scope);
  const [asked, second] = isScopeRefusal(scopes) ? [] : scopes.asked;
  if (scope === '') return refusals.parameterMissing('scope');
  if (isScopeRefusal(scopes)) return scopeRefusal(scopes, identity, tenant);
  if (second) return refusals.severalResources(scope);
  if (!asked || asked.scopes.some((name) => name !== '.default')) return refusals.notDefaultScope(scope);

  if (credential.assertion === undefined) {
    return credential.secret === undefined ? refusals.credentialMissing() : refusals.secretInvalid(identity.clientId);
  }
  if (world.clock.now() < identity.createdAt + world.timing.credentialPropagationMs / 2) {
    return refusals.clientUnknown(identity.clientId, tenant.name);
  }
  const { records, configured } = knownRecords(world, identity);
  if (configured === 0) return refusals.noCredentials(identity.clientId, identity.name);
  const refused = await judgeAssertion(world, credential.assertion, records);
  if (refused) return refused;

  const principal = {
    kind: 'servicePrincipal' as const,
    tenantId: identity.tenantId,
    oid: identity.principalId,
    name: identity.clientId,
    displayName: identity.name,
  };
  const accessToken = await issueAccessToken(world, principal, asked.resource.key, lifetimeSeconds, {
    aud: asked.identifier,
  });
  return {
    token_type: 'Bearer',
    expires_in: lifetimeSeconds - 1,
    ext_expires_in: lifetimeSeconds - 1,
    access_token: accessToken,
  };
}
