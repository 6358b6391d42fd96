import { parseJson } from '../core/service.ts';
import type { AzureCredential, AzureIdentity, World } from '../core/world.ts';
import type { ArmRoute, Call } from './gateway.ts';
import { findIdentity, identityIdOf, identityPath, identityType, refuseRate } from './identities.ts';
import { findGroup } from './resource-groups.ts';
import { armJson, empty, gatewayError, providerError, resourceGroupNotFound } from './respond.ts';

const type = `${identityType}/federatedIdentityCredentials`;
const listPath = `${identityPath}/federatedIdentityCredentials`;
const path = `${listPath}/:credential`;
const maximumPerIdentity = 20;
const maximumLength = 600;
/** How long one write occupies its identity; a second one in that time is the documented 409. The duration is a guess. */
const writeMs = 60;

/** Identities with a write in flight. */
const busy = new WeakMap<World, Set<string>>();

function credentialBody(identity: AzureIdentity, credential: AzureCredential) {
  const { name, issuer, subject, audiences, claimsMatchingExpression } = credential;
  return {
    id: `${identity.id}/federatedIdentityCredentials/${name}`,
    name,
    type,
    properties: {
      issuer,
      ...(subject === undefined ? {} : { subject }),
      audiences,
      ...(claimsMatchingExpression ? { claimsMatchingExpression } : {}),
    },
  };
}

/** The parent is looked up by ARM's front door, before the RP sees the call. */
function parentMissing({ world, params }: Call, verb: 'read' | 'write' | 'delete') {
  const { subscription, group = '' } = params;
  if (!findGroup(world, subscription, group)) return resourceGroupNotFound(group);
  return gatewayError(
    404,
    'ParentResourceNotFound',
    `Failed to perform '${verb}' on resource(s) of type 'userAssignedIdentities/federatedIdentityCredentials', because the parent resource '${identityIdOf(params).replace('/resourcegroups/', '/resourceGroups/')}' could not be found.`,
  );
}

function find(identity: AzureIdentity, name = ''): AzureCredential | undefined {
  return identity.credentials.find((credential) => credential.name.toLowerCase() === name.toLowerCase());
}

/** Runs a write alone on its identity, or refuses it. */
async function alone<T>(world: World, identity: AzureIdentity, write: () => T) {
  const writing = busy.get(world) ?? new Set<string>();
  busy.set(world, writing);
  const key = identity.id.toLowerCase();
  if (writing.has(key))
    return providerError(
      409,
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
      `Too many Federated Identity Credentials are written concurrently for the managed identity '${key}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
    );
  writing.add(key);
  try {
    await world.clock.sleep(writeMs);
    return write();
  } finally {
    writing.delete(key);
  }
}

interface Wanted {
  issuer?: unknown;
  subject?: unknown;
  audiences?: unknown;
  claimsMatchingExpression?: { value: string; languageVersion: number };
}

function refuseProperties(call: Call, wanted: Wanted | undefined) {
  const bad = (message: string) => providerError(400, 'BadRequest', message);
  const { credential: name = '' } = call.params;
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$/.test(name))
    return bad(`Federated Identity Credential name '${name}' is invalid.`);
  if (!wanted || Object.keys(wanted).length === 0)
    return bad('Federated Identity Credential from HTTP body has empty properties');
  const { issuer, subject, audiences, claimsMatchingExpression } = wanted;
  // Expressions exist in preview versions only; a stable version does not know the field and misses the subject.
  const flexible =
    claimsMatchingExpression !== undefined && call.request.query.get('api-version')?.endsWith('-preview');
  const text = (value: unknown) => typeof value === 'string' && value !== '';
  if (!text(issuer) || (!text(subject) && !flexible) || !Array.isArray(audiences))
    return bad(
      "The request format was unexpected. Federated Identity Credential must specify 'issuer', 'subject' and 'audience'.",
    );
  if (audiences.length !== 1 || !text(audiences[0]))
    return bad('Federated identity credentials must have exactly one audience.');
  // The rules are documented, these two texts are guesses.
  for (const value of [issuer, subject ?? '', audiences[0]])
    if (String(value).length > maximumLength)
      return bad(`The request format was unexpected. A value is longer than ${maximumLength} characters.`);
  if (!String(issuer).startsWith('https://'))
    return bad("The request format was unexpected. Federated Identity Credential 'issuer' must be an https URL.");
  return undefined;
}

async function put(call: Call) {
  const { request, world, caller, params } = call;
  const { credential: name = '' } = params;
  const identity = findIdentity(world, params);
  if (!identity) return parentMissing(call, 'write');
  const limited = refuseRate(call, 'write', identity.id);
  if (limited) return limited;
  const wanted = parseJson<{ properties?: Wanted }>(request)?.properties;
  const refused = refuseProperties(call, wanted);
  if (refused) return refused;
  const { issuer, subject, audiences, claimsMatchingExpression } = wanted as AzureCredential;
  return alone(world, identity, () => {
    const known = find(identity, name);
    const twin = identity.credentials.find(
      (other) => other !== known && other.issuer === issuer && other.subject === subject && subject !== undefined,
    );
    if (twin)
      return providerError(409, 'Conflict', 'Issuer and subject combination already exists for this Managed Identity.');
    if (!known && identity.credentials.length >= maximumPerIdentity)
      // The limit is documented, code and text are a guess.
      return providerError(
        400,
        'BadRequest',
        `The maximum number of Federated Identity Credentials (${maximumPerIdentity}) for this Managed Identity has been reached.`,
      );
    const credential: AzureCredential = known ?? {
      name,
      issuer,
      audiences,
      writtenAt: 0,
    };
    const before = known && { issuer: known.issuer, subject: known.subject, audiences: known.audiences };
    const after = { issuer, subject, audiences: [...audiences] };
    // A write of the same values propagates nothing new.
    if (JSON.stringify(before) !== JSON.stringify(after)) credential.writtenAt = world.clock.now();
    Object.assign(credential, after);
    credential.claimsMatchingExpression = claimsMatchingExpression;
    if (!known) identity.credentials.push(credential);
    const body = credentialBody(identity, credential);
    world.ledger.record({
      service: 'arm',
      operation: 'credential.put',
      target: body.id,
      actor: caller.oid,
      detail: { created: !known, ...after },
    });
    return armJson(known ? 200 : 201, body, known ? {} : { location: body.id });
  });
}

async function remove(call: Call) {
  const { world, caller, params } = call;
  const identity = findIdentity(world, params);
  if (!identity) return parentMissing(call, 'delete');
  const limited = refuseRate(call, 'delete', identity.id);
  if (limited) return limited;
  return alone(world, identity, () => {
    const known = find(identity, params.credential);
    if (!known) return empty(204);
    identity.credentials.splice(identity.credentials.indexOf(known), 1);
    world.ledger.record({
      service: 'arm',
      operation: 'credential.delete',
      target: `${identity.id}/federatedIdentityCredentials/${known.name}`,
      actor: caller.oid,
    });
    return empty(200);
  });
}

function list(call: Call) {
  const { request, world, params } = call;
  const identity = findIdentity(world, params);
  if (!identity) return parentMissing(call, 'read');
  const limited = refuseRate(call, 'list', identity.id);
  if (limited) return limited;
  const top = Number(request.query.get('$top') ?? maximumPerIdentity);
  const from = Number(request.query.get('$skiptoken') ?? request.query.get('$skipToken') ?? 0);
  const value = identity.credentials.slice(from, from + top).map((credential) => credentialBody(identity, credential));
  const next = from + top;
  if (next >= identity.credentials.length) return armJson(200, { value });
  const version = request.query.get('api-version');
  const nextLink = `${world.url('management.azure.com')}${identity.id}/federatedIdentityCredentials?api-version=${version}&$top=${top}&$skipToken=${next}`;
  return armJson(200, { value, nextLink });
}

export const credentialRoutes: ArmRoute[] = [
  { method: 'GET', path: listPath, operation: 'credential.list', action: `${type}/read`, answer: list },
  {
    method: 'GET',
    path,
    operation: 'credential.get',
    action: `${type}/read`,
    answer: (call) => {
      const identity = findIdentity(call.world, call.params);
      if (!identity) return parentMissing(call, 'read');
      const limited = refuseRate(call, 'get', identity.id);
      if (limited) return limited;
      const known = find(identity, call.params.credential);
      if (known) return armJson(200, credentialBody(identity, known));
      const id = `${identity.id}/federatedIdentityCredentials/${call.params.credential}`;
      return providerError(404, 'NotFound', `Resource '${id.toLowerCase()}' was not found.`);
    },
  },
  { method: 'PUT', path, operation: 'credential.put', action: `${type}/write`, answer: put },
  { method: 'DELETE', path, operation: 'credential.delete', action: `${type}/delete`, answer: remove },
];
