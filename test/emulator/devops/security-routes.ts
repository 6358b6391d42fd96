import { parseJson, type Route } from '../core/service.ts';
import { lists, removeBits, removeEntries, write } from './access-control-lists.ts';
import { type Answer, type Context, counted, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { invalid } from './envelope.ts';
import type { LocationName } from './locations.ts';
import { namespaceOf, rights } from './namespace-rights.ts';
import { securityNamespaces } from './security-namespaces.ts';

function evaluate(context: Context): Answer {
  const { namespaceId } = namespaceOf(context);
  const bits = Number(context.params.bits);
  if (!Number.isInteger(bits)) throw invalid('The permissions must be a number.');
  const delimiter = parameter(context.query, 'delimiter') || ',';
  const tokens = (parameter(context.query, 'tokens') ?? parameter(context.query, 'token') ?? '').split(delimiter);
  return counted(tokens.map((token) => (rights(context, namespaceId, token) & bits) === bits));
}

function evaluateBatch(context: Context): Answer {
  const body = parseJson<{
    evaluations?: { securityNamespaceId?: unknown; token?: unknown; permissions?: unknown }[];
  }>(context.request);
  if (!Array.isArray(body?.evaluations)) throw invalid("Value cannot be null. Parameter name: 'evaluations'");
  return ok({
    evaluations: body.evaluations.map(({ securityNamespaceId, token, permissions }) => {
      const bits = Number(permissions);
      return {
        securityNamespaceId,
        token,
        permissions: bits,
        value: (rights(context, String(securityNamespaceId), String(token)) & bits) === bits,
      };
    }),
  });
}

const endpoint = (
  method: string,
  path: string,
  operation: string,
  location: LocationName,
  handle: (context: Context) => Answer,
) =>
  organizationEndpoint({
    method,
    path: `/:organization/_apis/${path}`,
    operation,
    hosts: ['core', 'graph', 'entitlements'],
    location,
    scope: method === 'GET' ? 'any' : 'vso.security_manage',
    handle,
  });

export const securityRoutes: readonly Route[] = [
  endpoint('GET', 'securitynamespaces', 'securityNamespaces.list', 'securityNamespaces', () =>
    counted(securityNamespaces),
  ),
  endpoint('GET', 'securitynamespaces/:namespace', 'securityNamespaces.get', 'securityNamespaces', (context) =>
    counted([namespaceOf(context)]),
  ),
  endpoint('GET', 'accesscontrollists/:namespace', 'accessControlLists.list', 'accessControlLists', lists),
  endpoint('POST', 'accesscontrolentries/:namespace', 'accessControlEntries.set', 'accessControlEntries', write),
  endpoint(
    'DELETE',
    'accesscontrolentries/:namespace',
    'accessControlEntries.remove',
    'accessControlEntries',
    removeEntries,
  ),
  endpoint('GET', 'permissions/:namespace/:bits', 'permissions.evaluate', 'permissions', evaluate),
  endpoint('DELETE', 'permissions/:namespace/:bits', 'permissions.remove', 'permissions', removeBits),
  endpoint(
    'POST',
    'security/permissionevaluationbatch',
    'permissions.evaluateBatch',
    'permissionEvaluation',
    evaluateBatch,
  ),
];
