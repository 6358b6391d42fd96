import { z } from 'zod';
import { armIdSchema, credentialNameSchema, identityNameSchema, resourceGroupNameSchema } from './azure.ts';
import { accessSchema, organizationNameSchema } from './devops.ts';

/** Kubernetes names as RFC 1123 labels or subdomains. */
const kubernetesName = z.string().regex(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, 'Not a Kubernetes name.');

export const connectionNameSchema = z
  .string()
  .trim()
  .regex(
    /^[a-z0-9]([a-z0-9-]{1,61}[a-z0-9])$/,
    'Use 3 to 63 lower-case letters, digits or hyphens, starting and ending with a letter or digit.',
  );

export const clusterChoiceSchema = z.object({
  id: armIdSchema,
  name: z.string(),
  subscriptionId: z.guid(),
  resourceGroup: z.string(),
  location: z.string(),
});
export type ClusterChoice = z.infer<typeof clusterChoiceSchema>;

/** How a source signs in to Azure DevOps as it was found. `pat` covers every password, because a PAT is one. */
export const signInMethodSchema = z.enum(['workload-identity', 'pat', 'ssh', 'other', 'none', 'not-visible']);
export type SignInMethod = z.infer<typeof signInMethodSchema>;

export const workloadSchema = z.object({
  /** The part it plays in its consumer, for example `repo-server`. */
  role: z.string(),
  deployment: kubernetesName,
  serviceAccount: kubernetesName,
  access: accessSchema,
});
export type Workload = z.infer<typeof workloadSchema>;

/** One place in the cluster that holds the address of an Azure DevOps repository and says how to sign in there. */
export const sourceSchema = z.object({
  /** `repository` and `repo-creds` are Argo CD's secret types; other kinds add their own words. */
  type: z.string(),
  name: kubernetesName,
  /** Where it is not the consumer's own. */
  namespace: kubernetesName.optional(),
  url: z.string().max(2_000),
  signIn: signInMethodSchema,
  /** What the consumer does there; read where it is not said. */
  access: accessSchema.optional(),
});
export type Source = z.infer<typeof sourceSchema>;

export const consumerSchema = z.object({
  kind: z.string(),
  namespace: kubernetesName,
  version: z.string().optional(),
  installedBy: z.string(),
  /** What keeps the consumer's own objects as Git has them, for example `Kustomization flux-system/flux-system`. */
  keptBy: z.string().optional(),
  workloads: z.array(workloadSchema).min(1),
  sources: z.array(sourceSchema),
});
/** A consumer as the operator chose it from what was discovered. */
export type Consumer = z.infer<typeof consumerSchema>;

export const identityChoiceSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('existing'), id: armIdSchema, name: z.string() }),
  z.object({
    mode: z.literal('new'),
    name: identityNameSchema,
    subscriptionId: z.guid(),
    resourceGroup: resourceGroupNameSchema,
    location: z.string().regex(/^[a-z0-9]{3,40}$/, 'Use the short name of a region, for example westeurope.'),
    tags: z.record(z.string().max(512), z.string().max(256)).default({}),
  }),
]);
export type IdentityChoice = z.infer<typeof identityChoiceSchema>;

export const federationChoiceSchema = z.object({
  credentials: z
    .array(z.object({ namespace: kubernetesName, serviceAccount: kubernetesName, name: credentialNameSchema }))
    .min(1)
    .superRefine((credentials, context) => {
      const seen = new Set<string>();
      for (const [index, { name }] of credentials.entries()) {
        if (seen.has(name.toLowerCase()))
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: `Two credentials are named ${name}. Names are unique on one identity.`,
          });
        seen.add(name.toLowerCase());
      }
    }),
});
export type FederationChoice = z.infer<typeof federationChoiceSchema>;

export const devopsChoiceSchema = z.object({
  organization: organizationNameSchema,
  tenantId: z.guid(),
  project: z.object({ id: z.guid(), name: z.string() }),
  repositories: z
    .array(z.object({ id: z.guid(), name: z.string(), url: z.string(), access: accessSchema }))
    .min(1, 'Choose at least one repository.'),
  /** Rights come through a project group: Readers where all is read, Contributors where something is written. */
  grant: z.literal('project-group'),
});
export type DevopsChoice = z.infer<typeof devopsChoiceSchema>;

/** The steps that hold an answer, in order. Review, Apply and Verify derive theirs. */
export const answerSchemas = {
  cluster: clusterChoiceSchema,
  consumers: z.object({ consumers: z.array(consumerSchema).min(1, 'Choose at least one consumer.') }),
  identity: identityChoiceSchema,
  federation: federationChoiceSchema,
  devops: devopsChoiceSchema,
} as const;
export type AnswerStep = keyof typeof answerSchemas;
export type Answers = { [K in AnswerStep]?: SavedAnswer<z.infer<(typeof answerSchemas)[K]>> };
export interface SavedAnswer<T> {
  readonly value: T;
  readonly revision: number;
  /** Revisions of the steps that this answer was given against: a later change there makes it stale, never deletes it. */
  readonly basedOn: Readonly<Record<string, number>>;
}

/** Desired state. The clouds are the truth; nothing of them is copied here but names that were chosen. */
export interface Connection {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  readonly revision: number;
  readonly answers: Answers;
  readonly createdBy: Person;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A connection whose answers are all given: what plans, runs and checks work on. */
export interface Design {
  readonly connectionId: string;
  readonly name: string;
  readonly revision: number;
  readonly cluster: ClusterChoice;
  readonly consumers: readonly Consumer[];
  readonly identity: IdentityChoice;
  readonly credentials: FederationChoice['credentials'];
  readonly devops: DevopsChoice;
  readonly tenantId: string;
  readonly federationAudience: string;
}

export interface Person {
  readonly oid: string;
  readonly name: string;
}
export const roles = ['Operator', 'Auditor', 'Viewer'] as const;
export type Role = (typeof roles)[number];

export function accessNeeded(choice: Pick<DevopsChoice, 'repositories'>): 'read' | 'contribute' {
  return choice.repositories.some(({ access }) => access === 'contribute') ? 'contribute' : 'read';
}
