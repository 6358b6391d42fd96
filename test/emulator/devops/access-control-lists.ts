import { parseJson } from '../core/service.ts';
import { aclKey, entriesOf, gitBaseline, namespaces, rightsByEntries, writeEntries } from './access-control.ts';
import { type Answer, type Context, counted, ok, parameter } from './context.ts';
import { invalid, refusal } from './envelope.ts';
import { identityDescriptor } from './identifiers.ts';
import { expandedGroups } from './memberships.ts';
import { mustHave, namespaceOf } from './namespace-rights.ts';

/** Everything known of a descriptor: its own and those of its groups, and what the groups give by themselves. */
function subjectOf(context: Context, descriptor: string) {
  const { world, organization } = context;
  const tenant = organization.tenantId ?? '';
  const subject = [...organization.members, ...organization.groups].find(
    (entry) => identityDescriptor(entry, tenant).toLowerCase() === descriptor.toLowerCase(),
  );
  const groups = subject ? expandedGroups(world, organization, subject.descriptor) : [];
  return { subject, descriptors: [descriptor, ...groups.map((group) => identityDescriptor(group, tenant))] };
}

const omitZeros = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== 0));

function entry(context: Context, namespaceId: string, token: string, descriptor: string, extended: boolean) {
  const { world, organization } = context;
  const own = entriesOf(world, organization, aclKey(organization, namespaceId, token)).get(descriptor);
  const { allow, deny } = own ?? { allow: 0, deny: 0 };
  if (!extended) return { descriptor, allow, deny };
  const { subject, descriptors } = subjectOf(context, descriptor);
  const projectId = namespaceId === namespaces.git ? token.split('/')[1] : undefined;
  const baseline = subject && projectId ? gitBaseline(world, organization, subject.descriptor, projectId) : 0;
  const effective = rightsByEntries(world, organization, namespaceId, token, descriptors, baseline);
  const extendedInfo = omitZeros({
    effectiveAllow: effective.allow,
    effectiveDeny: effective.deny,
    inheritedAllow: effective.allow & ~allow,
    inheritedDeny: effective.deny & ~deny,
  });
  return { descriptor, allow, deny, extendedInfo };
}

export function lists(context: Context): Answer {
  const { world, organization, query } = context;
  const namespace = namespaceOf(context);
  const { namespaceId } = namespace;
  const token = parameter(query, 'token');
  const prefix = `${namespaceId}|`;
  mustHave(context, namespace, token ?? '', namespace.readPermission || 1);
  const extended = parameter(query, 'includeExtendedInfo')?.toLowerCase() === 'true';
  const recurse = parameter(query, 'recurse')?.toLowerCase() === 'true';
  const asked = parameter(query, 'descriptors')?.split(',').filter(Boolean);
  const known = [...organization.acls.keys()]
    .filter((key) => key.startsWith(prefix) && (organization.acls.get(key)?.size ?? 0) > 0)
    .map((key) => key.slice(prefix.length));
  const below = (candidate: string) =>
    candidate.toLowerCase() === token?.toLowerCase() ||
    (recurse && candidate.toLowerCase().startsWith(`${token?.toLowerCase()}${namespace.separatorValue}`));
  const tokens = token === undefined ? known : known.filter(below);
  // Asked for a descriptor, a list with an empty entry is made up where there is none.
  if (token !== undefined && asked && !tokens.some((candidate) => candidate.toLowerCase() === token.toLowerCase()))
    tokens.unshift(token);
  return counted(
    tokens.map((candidate) => {
      const present = [...entriesOf(world, organization, aclKey(organization, namespaceId, candidate)).keys()];
      const descriptors = asked ?? present;
      return {
        inheritPermissions: true,
        token: candidate,
        acesDictionary: Object.fromEntries(
          descriptors.map((descriptor) => [descriptor, entry(context, namespaceId, candidate, descriptor, extended)]),
        ),
        ...(extended ? { includeExtendedInfo: true } : {}),
      };
    }),
  );
}

export function write(context: Context): Answer {
  const { world, organization } = context;
  const namespace = namespaceOf(context);
  const body = parseJson<{
    token?: unknown;
    merge?: unknown;
    accessControlEntries?: { descriptor?: unknown; allow?: unknown; deny?: unknown }[];
  }>(context.request);
  const entries = body?.accessControlEntries;
  if (typeof body?.token !== 'string' || !Array.isArray(entries) || entries.length === 0)
    throw invalid("Value cannot be null. Parameter name: 'accessControlEntries'");
  const { token } = body;
  mustHave(context, namespace, token, namespace.writePermission);
  const wanted = entries.map(({ descriptor, allow, deny }) => ({
    descriptor: String(descriptor),
    allow: Number(allow ?? 0),
    deny: Number(deny ?? 0),
  }));
  const stranger = wanted.find(({ descriptor }) => !subjectOf(context, descriptor).subject);
  if (stranger)
    throw refusal(
      404,
      'IdentityNotFoundException',
      `TF14045: The identity with type '${stranger.descriptor.replace(';', "' and identifier '")}' could not be found.`,
    );
  const written: { descriptor: string; allow: number; deny: number }[] = [];
  writeEntries(world, organization, aclKey(organization, namespace.namespaceId, token), (list) => {
    for (const { descriptor, allow, deny } of wanted) {
      const old = body.merge === true ? list.get(descriptor) : undefined;
      const next = {
        allow: ((old?.allow ?? 0) & ~deny) | allow,
        deny: ((old?.deny ?? 0) & ~allow) | deny,
      };
      list.set(descriptor, next);
      written.push({ descriptor, ...next });
    }
  });
  context.record(`${namespace.name}/${token}`, { entries: written });
  return counted(written);
}

export function removeEntries(context: Context): Answer {
  const namespace = namespaceOf(context);
  const token = parameter(context.query, 'token') ?? '';
  const descriptors = parameter(context.query, 'descriptors')?.split(',').filter(Boolean) ?? [];
  mustHave(context, namespace, token, namespace.writePermission);
  const key = aclKey(context.organization, namespace.namespaceId, token);
  const present = descriptors.filter((descriptor) => context.organization.acls.get(key)?.has(descriptor));
  if (present.length > 0) {
    writeEntries(context.world, context.organization, key, (list) => {
      for (const descriptor of present) list.delete(descriptor);
    });
    context.record(`${namespace.name}/${token}`, { removed: present });
  }
  return ok(present.length > 0);
}

export function removeBits(context: Context): Answer {
  const namespace = namespaceOf(context);
  const bits = Number(context.params.bits);
  const token = parameter(context.query, 'token') ?? '';
  const descriptor = parameter(context.query, 'descriptor') ?? '';
  if (!Number.isInteger(bits) || !descriptor) throw invalid("Value cannot be null. Parameter name: 'descriptor'");
  mustHave(context, namespace, token, namespace.writePermission);
  const key = aclKey(context.organization, namespace.namespaceId, token);
  const old = context.organization.acls.get(key)?.get(descriptor) ?? { allow: 0, deny: 0 };
  const next = { allow: old.allow & ~bits, deny: old.deny & ~bits };
  if (next.allow !== old.allow || next.deny !== old.deny) {
    writeEntries(context.world, context.organization, key, (list) => list.set(descriptor, next));
    context.record(`${namespace.name}/${token}`, { descriptor, ...next });
  }
  return ok({ descriptor, ...next });
}
