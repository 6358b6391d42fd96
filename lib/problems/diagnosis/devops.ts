import type { DiagnosisContext, DiagnosisRow } from './row.ts';
import { quoted } from './row.ts';

const devops = ['devops', 'git'] as const;
const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * `TF401444: Please sign-in at least once as {tenant}\{tenant}\{object id}`: the third GUID is the service principal that Azure DevOps saw.
 * Messages that travel through JSON arrive with doubled backslashes.
 */
export function signedInAs(message: string): string | undefined {
  return new RegExp(`(${guid})\\\\{1,4}(${guid})\\\\{1,4}(${guid})`, 'i').exec(message)?.[3]?.toLowerCase();
}

const same = (left: string | undefined, right: string | undefined) =>
  left !== undefined && right !== undefined && left.toLowerCase() === right.toLowerCase();

function whoWasSeen(message: string, { principalId, kubeletObjectId, organization }: DiagnosisContext) {
  const seen = signedInAs(message);
  const evidence =
    seen === undefined
      ? []
      : [
          {
            label: 'Object id',
            seen,
            seenIn: 'by Azure DevOps',
            ...(principalId ? { expected: principalId, expectedFrom: 'from identity' } : {}),
          },
        ];
  if (same(seen, kubeletObjectId)) return { code: 'devops/kubelet-identity' as const, evidence };
  if (seen !== undefined && principalId !== undefined && !same(seen, principalId))
    return { code: 'devops/other-identity' as const, evidence };
  return {
    evidence,
    ...(organization ? { title: `The identity is not a member of ${organization}` } : {}),
  };
}

/** Sources: Azure DevOps service principal documentation; entitlement API errors as its clients report them. */
export const devopsRows: readonly DiagnosisRow[] = [
  {
    services: devops,
    codes: ['TF401444'],
    problem: 'devops/not-a-member',
    words: ({ message }, context) => whoWasSeen(message, context),
  },
  { services: devops, codes: ['SIGN-IN-PAGE'], problem: 'devops/sign-in-page' },
  { services: devops, status: 203, problem: 'devops/sign-in-page' },
  {
    services: devops,
    codes: ['TF400813', 'UnauthorizedRequestException', 'InvalidIdentityException', 'VS30063'],
    problem: 'devops/not-authorized',
    words: ({ message }, { organization }) => {
      const user = quoted(message, 'The user');
      const anonymous = user === '' || user?.startsWith('aaaaaaaa-aaaa') || /anonymous access/i.test(message);
      return {
        ...(organization ? { title: `${organization} does not accept this sign-in` } : {}),
        ...(anonymous
          ? { cause: 'The request counted as anonymous: its token was missing, expired or not meant for Azure DevOps.' }
          : {}),
        evidence: user ? [{ label: 'User', seen: user, seenIn: 'by Azure DevOps' }] : [],
      };
    },
  },
  { services: devops, codes: ['VS403283'], problem: 'devops/replicating' },
  {
    services: devops,
    codes: ['TF401019', 'GitRepositoryNotFoundException'],
    problem: 'devops/repository-missing',
    words: nameRepository,
  },
  {
    services: devops,
    codes: ['VS800075', 'ProjectDoesNotExistException'],
    problem: 'devops/project-missing',
    words: nameProject,
  },
  {
    services: devops,
    codes: ['TF200016', 'ProjectDoesNotExistWithNameException'],
    problem: 'devops/project-missing',
    words: nameProject,
  },
  {
    services: devops,
    codes: ['TF401027'],
    problem: 'devops/no-contribute',
    words: (_, { repository }) => (repository ? { title: `The identity may read ${repository} but not write it` } : {}),
  },
  { services: devops, codes: ['TF400733'], problem: 'devops/throttled' },
  { services: devops, codes: ['TF24668'], problem: 'devops/organization-stopped' },
  { services: devops, message: /Failed to assign license/i, problem: 'devops/no-license' },
  { services: devops, codes: ['5005'], problem: 'devops/no-license' },
  { services: devops, message: /perform this action: Add Users/i, problem: 'devops/add-users-denied' },
  { services: devops, codes: ['5032'], problem: 'devops/add-users-denied' },
  { services: devops, message: /invite a user from outside your directory/i, problem: 'devops/other-directory' },
  { services: devops, codes: ['5102'], problem: 'devops/other-directory' },
  {
    services: devops,
    message:
      /Given email address '[^']*' is invalid|Id, OriginId, or User\.PrincipalName must be set|Failed to create service principal with object ID/i,
    problem: 'devops/wrong-object-id',
  },
  { services: devops, codes: ['VS860016'], problem: 'devops/wrong-object-id' },
  { services: devops, message: /is not backed by Azure Active Directory/i, problem: 'devops/organization-not-entra' },
  { services: devops, kinds: ['throttled'], problem: 'devops/throttled' },
  { services: devops, status: 401, problem: 'devops/not-authorized' },
  { services: devops, kinds: ['refused'], problem: 'devops/forbidden' },
  { services: devops, kinds: ['absent'], problem: 'upstream/missing' },
];

function nameRepository(_: unknown, { repository }: DiagnosisContext) {
  return repository ? { title: `Repository ${repository} does not exist or is not visible` } : {};
}

function nameProject(_: unknown, { project }: DiagnosisContext) {
  return project ? { title: `Project ${project} does not exist or is not visible` } : {};
}
