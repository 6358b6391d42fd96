import type { ClusterObject } from '../../core/world.ts';
import { isRecord } from './fields.ts';
import { type ResourceType, reviewPlurals } from './resources.ts';
import { refuse } from './status.ts';

interface Cause {
  reason: string;
  message: string;
  field: string;
}
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Fills in what the API server fills in and that readers of this world rely on. */
export function withDefaults(object: ClusterObject, type: ResourceType): ClusterObject {
  const next = structuredClone(object);
  if (type.plural === 'secrets' && type.group === '') {
    const plain = next.stringData as Record<string, string> | undefined;
    if (plain)
      next.data = {
        ...(next.data as Record<string, string> | undefined),
        ...Object.fromEntries(
          Object.entries(plain).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
        ),
      };
    delete next.stringData;
    next.type ??= 'Opaque';
  }
  if (type.plural === 'namespaces') {
    next.metadata.labels = { 'kubernetes.io/metadata.name': next.metadata.name, ...next.metadata.labels };
    next.spec ??= { finalizers: ['kubernetes'] };
    next.status ??= { phase: 'Active' };
  }
  if (type.group === 'apps' && isRecord(next.spec)) {
    next.spec.replicas ??= 1;
    const pod = (next.spec.template as { spec?: Record<string, unknown> } | undefined)?.spec;
    if (isRecord(pod)) {
      if (pod.serviceAccountName) pod.serviceAccount ??= pod.serviceAccountName;
      pod.restartPolicy ??= 'Always';
    }
  }
  return next;
}

export function validate(object: ClusterObject, type: ResourceType, live: ClusterObject | undefined): void {
  if (reviewPlurals.has(type.plural)) return;
  const causes: Cause[] = [];
  const invalid = (field: string, message: string, reason = 'FieldValueInvalid') =>
    causes.push({ reason, message, field });
  const { name } = object.metadata;
  // Names of RBAC objects are path segments, not subdomains: `system:discovery` is one.
  const isSubdomain = type.group !== 'rbac.authorization.k8s.io';
  if (!name) invalid('metadata.name', 'Required value: name or generateName is required', 'FieldValueRequired');
  else if (isSubdomain && (name.length > 253 || !subdomain.test(name)))
    invalid('metadata.name', `Invalid value: "${name}": ${subdomainText}`);
  for (const [key, value] of Object.entries(object.metadata.labels ?? {}))
    if (typeof value !== 'string' || value.length > 63 || !labelValue.test(value))
      invalid(
        'metadata.labels',
        `Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (label ${key})`,
      );
  if (type.plural === 'secrets')
    for (const [key, value] of Object.entries((object.data as Record<string, unknown> | undefined) ?? {}))
      if (
        typeof value !== 'string' ||
        Buffer.from(value, 'base64').toString('base64').replace(/=+$/, '') !== value.replace(/=+$/, '')
      )
        throw refuse.badRequest(
          `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0 (${key})`,
        );
  if (type.plural === 'secrets' && live && live.type !== object.type)
    invalid('type', `Invalid value: ${JSON.stringify(object.type)}: field is immutable`);
  if (type.group === 'apps') workload(object, live, invalid);
  if (causes.length > 0) throw refuse.invalid(type, name, causes);
}

interface WorkloadSpec {
  selector?: { matchLabels?: Record<string, string> };
  template?: {
    metadata?: { labels?: Record<string, string> };
    spec?: { containers?: { name?: string; image?: string }[] };
  };
}
/** As Go prints a label selector in an error. */
const goSelector = (labels: Record<string, string>) =>
  `v1.LabelSelector{MatchLabels:map[string]string{${goMap(labels)}}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}`;
const goMap = (labels: Record<string, string>) =>
  Object.entries(labels)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([key, value]) => `"${key}":"${value}"`)
    .join(', ');

function workload(
  object: ClusterObject,
  live: ClusterObject | undefined,
  invalid: (field: string, message: string, reason?: string) => void,
): void {
  const spec = (object.spec ?? {}) as WorkloadSpec;
  const selector = spec.selector?.matchLabels ?? {};
  const labels = spec.template?.metadata?.labels ?? {};
  if (!spec.selector) invalid('spec.selector', 'Required value', 'FieldValueRequired');
  else if (Object.entries(selector).some(([key, value]) => labels[key] !== value))
    invalid(
      'spec.template.metadata.labels',
      `Invalid value: map[string]string{${goMap(labels)}}: \`selector\` does not match template \`labels\``,
    );
  for (const [index, container] of (spec.template?.spec?.containers ?? []).entries())
    if (!container.image)
      invalid(`spec.template.spec.containers[${index}].image`, 'Required value', 'FieldValueRequired');
  if (!spec.template?.spec?.containers?.length)
    invalid('spec.template.spec.containers', 'Required value', 'FieldValueRequired');
  if (live && JSON.stringify((live.spec as WorkloadSpec).selector) !== JSON.stringify(spec.selector))
    invalid('spec.selector', `Invalid value: ${goSelector(selector)}: field is immutable`);
}
