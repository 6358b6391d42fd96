import { z } from 'zod';
import type { OrganizationGroup, ServicePrincipalMember } from '../../model/devops.ts';
import { findInPages } from './graph.ts';
import type { DevopsSession } from './session.ts';

const principalSchema = z.object({
  descriptor: z.string(),
  originId: z.string().default(''),
  displayName: z.string().default(''),
});
const groupSchema = z.object({
  descriptor: z.string(),
  displayName: z.string().default(''),
  principalName: z.string().default(''),
  domain: z.string().default(''),
});
const containersSchema = z.object({ value: z.array(z.object({ containerDescriptor: z.string() })) });

async function everything<T>(
  session: DevopsSession,
  operation: string,
  { organization, path, item }: { organization: string; path: string; item: z.ZodType<T> },
  signal: AbortSignal,
): Promise<readonly T[]> {
  const all: T[] = [];
  const schema = z.object({ value: z.array(item) });
  // Wants nothing, so that every page is read.
  await findInPages(session, operation, { organization, path, query: {}, schema }, signal, (found) => {
    all.push(found);
    return false;
  });
  return all;
}

export function listServicePrincipals(
  session: DevopsSession,
  organization: string,
  signal: AbortSignal,
): Promise<readonly ServicePrincipalMember[]> {
  const path = 'graph/serviceprincipals';
  return everything(session, 'list service principals', { organization, path, item: principalSchema }, signal);
}

export async function listGroups(
  session: DevopsSession,
  organization: string,
  signal: AbortSignal,
): Promise<readonly OrganizationGroup[]> {
  const path = 'graph/groups';
  const found = await everything(session, 'list groups', { organization, path, item: groupSchema }, signal);
  return found.map(({ descriptor, displayName, principalName, domain }) => {
    // `[Checkout]\Readers`; a group of the organisation carries the organisation's name there.
    const place = /^\[(.+)\]\\/.exec(principalName)?.[1];
    const ofProject = /\/TeamProject\//i.test(domain);
    return { descriptor, name: displayName, ...(ofProject && place ? { project: place } : {}) };
  });
}

export function listContainers(
  session: DevopsSession,
  organization: string,
  subject: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return session.read('list group memberships', signal, async (rest) => {
    const path = `graph/memberships/${encodeURIComponent(subject)}`;
    const answer = await rest.get(session.url('graph', organization, path, { direction: 'up' }));
    return containersSchema.parse(answer.result).value.map(({ containerDescriptor }) => containerDescriptor);
  });
}
