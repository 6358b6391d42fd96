import pLimit from 'p-limit';
import { z } from 'zod';
import type { DevopsCaller, Organization } from '../../model/devops.ts';
import type { Reply } from '../http.ts';
import { devopsFailure } from './failure.ts';
import { type DevopsContext, type DevopsSession, required } from './session.ts';

const profileSchema = z.object({ id: z.string(), publicAlias: z.string().optional() });
const accountsSchema = z.object({ value: z.array(z.object({ accountName: z.string() })) });
const callerSchema = z.object({
  authenticatedUser: z.object({
    id: z.string(),
    subjectDescriptor: z.string().default(''),
    providerDisplayName: z.string().default(''),
    customDisplayName: z.string().optional(),
  }),
});

export async function listOrganizations(
  session: DevopsSession,
  context: DevopsContext,
  signal: AbortSignal,
): Promise<readonly Organization[]> {
  const accounts = await session.read('list organizations', signal, async (rest) => {
    const profile = await rest.get(
      session.url('deployment', undefined, 'profile/profiles/me', { 'api-version': '7.1' }),
    );
    const { id, publicAlias } = profileSchema.parse(profile.result);
    const query = { memberId: publicAlias ?? id, 'api-version': '7.1' };
    const found = await rest.get(session.url('deployment', undefined, 'accounts', query));
    return accountsSchema.parse(found.result).value;
  });
  const limit = pLimit(8);
  const organizations = await Promise.all(
    accounts.map(({ accountName }) =>
      limit(async () => (await getOrganization(context, accountName, signal)) ?? { name: accountName }),
    ),
  );
  return organizations.sort((left, right) => left.name.localeCompare(right.name));
}

/**
 * The organisation's tenant is told to anybody, before any sign-in; no token is sent. Source: Git Credential Manager asks the same way
 * (github.com/git-ecosystem/git-credential-manager, AzureDevOpsRestApi.cs).
 */
export async function getOrganization(
  { cloud, http }: DevopsContext,
  name: string,
  signal: AbortSignal,
): Promise<Organization | undefined> {
  const about = { service: 'devops', operation: 'get organization', write: false, delegated: false } as const;
  const reply = await http.send({
    ...about,
    destination: 'devops',
    url: `${cloud.devops.core.replace(/\/$/, '')}/${encodeURIComponent(name)}`,
    method: 'HEAD',
    headers: { Accept: 'application/json', 'X-TFS-FedAuthRedirect': 'Suppress', 'User-Agent': 'patless' },
    signal,
  });
  if (reply.status === 404) return undefined;
  const tenantId = tenantOf(reply);
  const failure = devopsFailure(reply, about);
  // Being refused is the expected answer to a question without a token; a stopped organisation still has its tenant.
  if (failure && failure.kind !== 'refused' && tenantId === undefined) throw failure;
  return { name, tenantId };
}

const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const emptyGuid = '00000000-0000-0000-0000-000000000000';

/** Undefined when the organisation is backed by Microsoft accounts. Exported for its test. */
export function tenantOf(reply: Pick<Reply, 'header'>): string | undefined {
  const bearer = /Bearer[^,]*authorization_uri="?https?:\/\/[^\s",]*\/([0-9a-f-]{36})/i.exec(
    reply.header('www-authenticate') ?? '',
  )?.[1];
  const listed = (reply.header('x-vss-resourcetenant') ?? '').split(',').map((part) => part.trim());
  return [bearer ?? '', ...listed].find((part) => guid.test(part) && part !== emptyGuid)?.toLowerCase();
}

export function whoAmI(session: DevopsSession, organization: string, signal: AbortSignal): Promise<DevopsCaller> {
  return session.read('get connection data', signal, async (rest) => {
    const answer = await rest.get(session.url('core', organization, 'connectionData'));
    const user = callerSchema.parse(required(answer.result, 'caller')).authenticatedUser;
    return {
      id: user.id,
      descriptor: user.subjectDescriptor,
      displayName: user.customDisplayName ?? user.providerDisplayName,
    };
  });
}
