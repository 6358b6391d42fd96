import type { ClusterObject } from '../../core/world.ts';
import { isRecord } from './fields.ts';
import { type Attributes, type ClusterUser, isAllowed, isPathAllowed, rulesFor } from './rbac.ts';
import type { ResourceType } from './resources.ts';
import type { ServiceAccountKeys } from './service-account-keys.ts';
import { refuse } from './status.ts';
import type { ObjectStore } from './store.ts';

export function accessReview(store: ObjectStore, user: ClusterUser, body: Record<string, unknown>): unknown {
  const spec = (isRecord(body.spec) ? body.spec : {}) as {
    resourceAttributes?: Partial<Attributes>;
    nonResourceAttributes?: { path?: string; verb?: string };
  };
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  if (!asked && !path)
    throw refuse.badRequest(
      'spec.resourceAttributes: Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  const allowed = asked
    ? isAllowed(store, user, {
        verb: asked.verb ?? '',
        group: asked.group ?? '',
        resource: asked.resource ?? '',
        ...(asked.subresource ? { subresource: asked.subresource } : {}),
        ...(asked.namespace ? { namespace: asked.namespace } : {}),
        ...(asked.name ? { name: asked.name } : {}),
      })
    : isPathAllowed(store, user, path?.verb ?? '', path?.path ?? '');
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec,
    status: { allowed },
  };
}

export function rulesReview(store: ObjectStore, user: ClusterUser, body: Record<string, unknown>): unknown {
  const namespace = (body.spec as { namespace?: string } | undefined)?.namespace;
  if (!namespace) throw refuse.badRequest('no namespace on request');
  const rules = rulesFor(store, user, namespace);
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: {},
    status: {
      resourceRules: rules
        .filter(({ resources }) => resources)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames ? { resourceNames } : {}),
        })),
      nonResourceRules: rules
        .filter(({ nonResourceURLs }) => nonResourceURLs)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: false,
    },
  };
}

const tokenRequestType = { group: 'authentication.k8s.io', plural: 'tokenrequests', kind: 'TokenRequest' };
const shortestLifetime = 600;
const longestLifetime = 24 * 3600;

/** `POST …/serviceaccounts/{name}/token`. A bound pod must exist, run as this account, and have the uid that was named. */
export async function requestToken(
  store: ObjectStore,
  keys: ServiceAccountKeys,
  namespace: string,
  name: string,
  body: Record<string, unknown>,
  dryRun: boolean,
): Promise<unknown> {
  const accounts = store.find('', 'v1', 'serviceaccounts') as ResourceType;
  const account = store.get(accounts, namespace, name);
  if (!account) throw refuse.notFound(accounts, name);
  const spec = (isRecord(body.spec) ? body.spec : {}) as {
    audiences?: string[];
    expirationSeconds?: number;
    boundObjectRef?: { kind?: string; name?: string; uid?: string };
  };
  const lifetime = spec.expirationSeconds ?? 3600;
  const invalid = (field: string, message: string) =>
    refuse.invalid(tokenRequestType, '', [
      { reason: 'FieldValueInvalid', field, message: `Invalid value: ${message}` },
    ]);
  if (lifetime < shortestLifetime)
    throw invalid('spec.expirationSeconds', `${lifetime}: may not specify a duration less than 10 minutes`);
  const pod = spec.boundObjectRef ? boundPod(store, namespace, name, spec.boundObjectRef) : undefined;
  const audiences = spec.audiences?.length ? spec.audiences : [keys.issuer()];
  // AKS caps a token's life at one day and says so only in the token itself.
  const signed = await keys.sign({
    namespace,
    serviceAccount: { name, uid: account.metadata.uid ?? '' },
    ...(pod ? { pod } : {}),
    audiences,
    lifetimeSeconds: Math.min(lifetime, longestLifetime),
  });
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: null },
    spec: { audiences, expirationSeconds: lifetime, boundObjectRef: spec.boundObjectRef ?? null },
    status: {
      token: dryRun ? '' : signed.token,
      expirationTimestamp: new Date(signed.expiresAt * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    },
  };
}

function boundPod(
  store: ObjectStore,
  namespace: string,
  account: string,
  reference: { kind?: string; name?: string; uid?: string },
): { name: string; uid: string } {
  const pods = store.find('', 'v1', 'pods') as ResourceType;
  if (reference.kind !== 'Pod')
    throw refuse.badRequest(
      `cannot bind token for serviceaccount "${account}" to object "${reference.kind ?? ''}": unsupported kind`,
    );
  const pod: ClusterObject | undefined = store.get(pods, namespace, reference.name ?? '');
  if (!pod) throw refuse.notFound(pods, reference.name ?? '');
  const uses = (pod.spec as { serviceAccountName?: string } | undefined)?.serviceAccountName ?? 'default';
  if (uses !== account)
    throw refuse.badRequest(
      `cannot bind token for serviceaccount "${account}" to pod running with different serviceaccount name.`,
    );
  if (reference.uid && reference.uid !== pod.metadata.uid)
    throw refuse.uidMismatch(pods, pod.metadata.name, reference.uid, pod.metadata.uid ?? '');
  return { name: pod.metadata.name, uid: pod.metadata.uid ?? '' };
}
