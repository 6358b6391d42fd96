import { createHash } from 'node:crypto';
import type { DevopsGroup, DevopsMember } from '../core/world.ts';

/** A GUID that is the same for the same name, with the version nibble asked for. */
export function guidOf(name: string, version: 4 | 6 | 7 = 4): string {
  const hex = createHash('sha256').update(name.toLowerCase()).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const encode = (prefix: string, payload: string) =>
  `${prefix}.${Buffer.from(payload).toString('base64').replace(/=+$/, '')}`;

export function decodeDescriptor(descriptor: string): { prefix: string; payload: string } | undefined {
  const match = /^([a-z0-9]+)\.([A-Za-z0-9+/_-]+)$/.exec(descriptor);
  return match?.[1] && match[2]
    ? { prefix: match[1], payload: Buffer.from(match[2], 'base64').toString('utf8') }
    : undefined;
}

const withNibble = (guid: string, nibble: '6' | '7') => `${guid.slice(0, 14)}${nibble}${guid.slice(15)}`;

/** `aad.` and `aadsp.`: the storage key with version nibble 7 instead of 6, base64 without padding. */
export function memberDescriptor(kind: DevopsMember['kind'], storageKey: string): string {
  return encode(kind === 'user' ? 'aad' : 'aadsp', withNibble(storageKey, '7'));
}
export const storageKeyOf = (organization: string, originId: string) => guidOf(`${organization}/${originId}`, 6);
export const scopeDescriptor = (scope: string) => encode('scp', guidOf(`scope of ${scope}`, 7));

const wellKnownTails: Partial<Record<DevopsGroup['role'], string>> = {
  'collection-administrators': '0-0-0-0-1',
  'project-administrators': '0-0-0-0-1',
  'collection-users': '0-0-0-0-3',
  'project-valid-users': '0-0-0-0-3',
  'build-administrators': '0-0-0-1-2',
};
/** Teams, Readers and Contributors hang below the project id, the others below the payload of the scope descriptor. */
const belowProject: readonly DevopsGroup['role'][] = ['team', 'readers', 'contributors'];

/** `S-1-9-1551374245-a-b-c-d-<tail>`, where a to d are the GUID's bytes in little-endian form read as four big-endian integers. */
export function groupSid(
  role: DevopsGroup['role'],
  scope: { projectId?: string; scopeDescriptor: string },
  name: string,
): string {
  const scopeGuid = decodeDescriptor(scope.scopeDescriptor)?.payload ?? '';
  const guid = belowProject.includes(role) && scope.projectId ? scope.projectId : scopeGuid;
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  const little = Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ]);
  const integers = [0, 4, 8, 12].map((offset) => little.readUInt32BE(offset));
  const hash = createHash('sha256').update(`${guid}/${name}`).digest();
  const tail = wellKnownTails[role] ?? `1-${[0, 4, 8, 12].map((offset) => hash.readUInt32BE(offset)).join('-')}`;
  return `S-1-9-1551374245-${integers.join('-')}-${tail}`;
}
export const groupDescriptor = (sid: string) => encode('vssgp', sid);

/** The form that access control lists use. */
export function identityDescriptor(
  subject: Pick<DevopsMember, 'kind' | 'originId' | 'principalName'> | Pick<DevopsGroup, 'descriptor' | 'role'>,
  tenantId: string,
): string {
  if ('role' in subject)
    return `Microsoft.TeamFoundation.Identity;${decodeDescriptor(subject.descriptor)?.payload ?? ''}`;
  return subject.kind === 'user'
    ? `Microsoft.IdentityModel.Claims.ClaimsIdentity;${tenantId}\\${subject.principalName}`
    : `Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;${tenantId}\\${subject.originId}`;
}
