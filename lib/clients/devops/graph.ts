import { z } from 'zod';
import type { Group } from '../../model/devops.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import { type DevopsSession, orUndefined } from './session.ts';

const maximumPages = 500;
const valueSchema = z.object({ value: z.string() });
const groupsSchema = z.object({
  value: z.array(z.object({ descriptor: z.string(), displayName: z.string(), originId: z.string().optional() })),
});
const principalsSchema = z.object({
  value: z.array(z.object({ descriptor: z.string(), originId: z.string().default('') })),
});

/** Graph lists continue by a header, and a page may be empty although more follow. */
export async function findInPages<T>(
  session: DevopsSession,
  operation: string,
  page: { organization: string; path: string; query: Record<string, string>; schema: z.ZodType<{ value: T[] }> },
  signal: AbortSignal,
  wanted: (item: T) => boolean,
): Promise<T | undefined> {
  return session.read(operation, signal, async (rest) => {
    let continuationToken: string | undefined;
    for (let count = 0; count < maximumPages; count += 1) {
      const query = { ...page.query, ...(continuationToken ? { continuationToken } : {}) };
      const answer = await rest.get(session.url('graph', page.organization, page.path, query));
      const found = page.schema.parse(answer.result).value.find(wanted);
      if (found) return found;
      const headers = answer.headers as Record<string, string | undefined>;
      continuationToken = headers['x-ms-continuationtoken'];
      if (!continuationToken) return undefined;
    }
    throw new Error(`More than ${maximumPages} pages.`);
  });
}

export async function findProjectGroup(
  session: DevopsSession,
  organization: string,
  projectId: string,
  name: string,
  signal: AbortSignal,
): Promise<(Group & { readonly originId?: string }) | undefined> {
  const scopeDescriptor = await orUndefined(
    session.read('get project descriptor', signal, async (rest) => {
      const path = `graph/descriptors/${encodeURIComponent(projectId)}`;
      return valueSchema.parse((await rest.get(session.url('graph', organization, path))).result).value;
    }),
  );
  if (scopeDescriptor === undefined) return undefined;
  const found = await findInPages(
    session,
    'list project groups',
    { organization, path: 'graph/groups', query: { scopeDescriptor }, schema: groupsSchema },
    signal,
    ({ displayName }) => displayName.toLowerCase() === name.toLowerCase(),
  );
  return found && { descriptor: found.descriptor, name: found.displayName, originId: found.originId };
}

/** Storage key and descriptor of a service principal that the organisation has materialised. */
export async function findPrincipal(
  session: DevopsSession,
  organization: string,
  originId: string,
  signal: AbortSignal,
): Promise<{ id: string; descriptor: string } | undefined> {
  // There is no filter by object id: the list is scanned, as Microsoft's own Terraform provider does.
  const found = await findInPages(
    session,
    'find service principal',
    { organization, path: 'graph/serviceprincipals', query: {}, schema: principalsSchema },
    signal,
    (principal) => principal.originId.toLowerCase() === originId.toLowerCase(),
  );
  if (!found) return undefined;
  const id = await storageKey(session, organization, found.descriptor, signal);
  return id === undefined ? undefined : { id, descriptor: found.descriptor };
}

/** The descriptor's payload resembles the storage key but old ones differ, so the service is asked. */
export function storageKey(
  session: DevopsSession,
  organization: string,
  descriptor: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return orUndefined(
    session.read('get storage key', signal, async (rest) => {
      const path = `graph/storagekeys/${encodeURIComponent(descriptor)}`;
      return valueSchema.parse((await rest.get(session.url('graph', organization, path))).result).value;
    }),
  );
}

function membershipUrl(session: DevopsSession, organization: string, subject: string, container: string): string {
  const path = `graph/memberships/${encodeURIComponent(subject)}/${encodeURIComponent(container)}`;
  return session.url('graph', organization, path);
}

export async function isMember(
  session: DevopsSession,
  organization: string,
  subject: string,
  container: string,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await orUndefined(
    session.read('check group membership', signal, () =>
      session.head(membershipUrl(session, organization, subject, container)),
    ),
  );
  return answer !== undefined;
}

export async function addMember(
  session: DevopsSession,
  organization: string,
  subject: string,
  container: string,
  signal: AbortSignal,
): Promise<{ correlationId?: string }> {
  const { correlationId } = await session.call('add group member', { signal, write: true }, (rest) =>
    rest.replace(membershipUrl(session, organization, subject, container), undefined),
  );
  return { correlationId };
}

export async function removeMember(
  session: DevopsSession,
  organization: string,
  subject: string,
  container: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await session.call('remove group member', { signal, write: true }, (rest) =>
      rest.del(membershipUrl(session, organization, subject, container)),
    );
  } catch (error) {
    if (!(error instanceof UpstreamError && error.kind === 'absent')) throw error;
  }
}
