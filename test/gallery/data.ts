import type { Cluster, Identity } from '../../lib/model/azure.ts';
import type { CheckRun, Link } from '../../lib/model/chain.ts';
import type { Plan, PlannedChange, RightHeld } from '../../lib/model/plan.ts';
import type { Problem } from '../../lib/model/problem.ts';
import type { Run, StoredRunEvent } from '../../lib/model/run.ts';

export const operator = { oid: '11111111-1111-4111-8111-111111111111', name: 'operator@contoso.example' };
const ok = { status: 'works', word: 'Complete' } as const;
const works = { status: 'works', word: 'Works' } as const;
const untested = { status: 'not-tested', word: 'Not tested' } as const;

const issuer =
  'https://westeurope.oic.prod-aks.azure.com/8f2c0b1e-5d7a-4c0e-9a58-2f4d2c5b1d40/6a7730a2-91f8-4c51-b6ce-5d21a1c04e1b/';

export const subjectProblem: Problem = {
  code: 'federation/subject-mismatch',
  title: 'The credential trusts a service account that does not exist.',
  cause:
    'Its subject carries the Helm release prefix argo-cd-. The pod runs as argocd-repo-server, so Entra ID finds no matching record and refuses the exchange.',
  remedy: 'Plans 1 change to aks-prod-weu-argocd. It normally works within 2 minutes.',
  evidence: [
    { label: 'Issuer', expected: issuer, seen: issuer },
    {
      label: 'Subject',
      expected: 'system:serviceaccount:argocd:argocd-repo-server',
      expectedFrom: 'from token',
      seen: 'system:serviceaccount:argocd:argo-cd-argocd-repo-server',
      seenIn: 'in credential',
    },
    { label: 'Audience', expected: 'api://AzureADTokenExchange', seen: 'api://AzureADTokenExchange' },
  ],
  retryable: false,
  fix: 'Correct the subject',
  upstream: {
    service: 'entra',
    operation: 'exchange service-account token',
    status: 400,
    code: 'AADSTS700213',
    message:
      "AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:argocd:argocd-repo-server'.",
    correlationId: 'c41e7b90-0d0e-4a55-8a10-0a1c6f3b52fa',
    at: '2026-11-20T09:41:07.000Z',
  },
};
export const signInProblem: Problem = {
  code: 'session/step-up',
  title: 'Entra ID asks you to sign in once more.',
  cause: 'A policy of your tenant wants a fresh sign-in before Azure Resource Manager may be used.',
  remedy: 'You come back to this step; nothing that you entered is lost.',
  evidence: [],
  retryable: true,
  signIn: { audience: 'arm' },
};
export const forbiddenProblem: Problem = {
  code: 'arm/not-permitted',
  title: 'You may not read managed identities in rg-identity-prod.',
  cause: 'Azure answered that your account lacks the action on this scope.',
  remedy: 'Ask for the role Reader on the resource group, then try again.',
  evidence: [
    { label: 'Action', seen: 'Microsoft.ManagedIdentity/userAssignedIdentities/read', seenIn: 'needed' },
    { label: 'Scope', seen: '/subscriptions/7d0c…/resourceGroups/rg-identity-prod', seenIn: 'on' },
  ],
  retryable: false,
};
export const slashProblem: Problem = {
  ...subjectProblem,
  title: 'The issuer in the credential lacks its trailing slash.',
  evidence: [
    {
      label: 'Issuer',
      expected: issuer,
      seen: issuer.slice(0, -1),
      expectedFrom: 'from cluster',
      seenIn: 'in credential',
    },
  ],
};

function link(id: string, realm: Link['realm'], place: string, kind: string, name: string, more: Partial<Link>): Link {
  return { id, realm, place, kind, name, configured: ok, verified: works, ...more };
}
const kube = 'aks-prod-weu / argocd';
export const brokenLinks: readonly Link[] = [
  link('injection', 'kubernetes', kube, 'Pod', 'argocd-repo-server-7d9c', { tookMs: 61 }),
  link('service-account', 'kubernetes', kube, 'Service account', 'argocd-repo-server', { tookMs: 88 }),
  link('issuer', 'kubernetes', kube, 'Cluster issuer', 'westeurope … 4e1b', { tookMs: 143 }),
  link('credential', 'entra', 'contoso.example', 'Federated credential', 'aks-prod-weu-argocd', {
    tookMs: 212,
    configured: { status: 'attention', word: 'Drifted' },
    verified: { status: 'broken', word: 'Broken' },
    problem: subjectProblem,
  }),
  link('identity', 'entra', 'contoso.example', 'Identity', 'id-argocd-weu', { verified: untested }),
  link('membership', 'devops', 'contoso-eng', 'Membership', 'contoso-eng, Basic', { verified: untested }),
  link('repository', 'devops', 'contoso-eng', 'Repository', 'checkout-deploy', { verified: untested }),
  link('word', 'consumer', '3.5.1', 'Argo CD’s own word', 'says “Unknown” since 09:12', { verified: untested }),
];
export const goodLinks: readonly Link[] = brokenLinks.map((one, index) => ({
  ...one,
  configured: ok,
  verified: works,
  tookMs: 58 + index * 61,
  problem: undefined,
}));
export const longLinks: readonly Link[] = goodLinks.map((one, index) => ({
  ...one,
  place: `aks-production-westeurope-with-a-name-that-is-long / ${'n'.repeat(63)}`,
  name: index === 2 ? `https://westeurope.oic.prod-aks.azure.com/${'a'.repeat(200)}/` : `${one.name}-${'x'.repeat(40)}`,
}));

export const check: CheckRun = {
  id: '01JD4K7Q2N8V2',
  connectionId: 'c1',
  tenantId: 't1',
  startedBy: operator,
  startedAt: '2026-11-20T09:41:06.000Z',
  endedAt: '2026-11-20T09:41:06.504Z',
  status: 'broken',
  passes: 3,
  tookMs: 504,
  chains: [
    {
      id: 'a',
      consumerKind: 'argocd',
      consumerTitle: 'Argo CD',
      title: 'Argo CD on aks-prod-weu to Checkout',
      subject: 'system:serviceaccount:argocd:argocd-repo-server',
      links: brokenLinks,
    },
    {
      id: 'b',
      consumerKind: 'argocd',
      consumerTitle: 'Argo CD',
      title: 'Argo CD on aks-prod-neu to Checkout',
      subject: 'system:serviceaccount:argocd:argocd-repo-server',
      links: goodLinks,
    },
  ],
  presented: {
    a: {
      issuer,
      subject: 'system:serviceaccount:argocd:argocd-repo-server',
      audience: 'api://AzureADTokenExchange',
      expiresAt: '2026-11-20T09:51:06.000Z',
    },
  },
};
export const runningCheck: CheckRun = {
  ...check,
  endedAt: undefined,
  status: 'waiting',
  chains: [
    {
      ...check.chains[1]!,
      id: 'r',
      links: goodLinks.map((one, index) => (index < 3 ? one : { ...one, verified: untested, tookMs: undefined })),
    },
  ],
};

const right = (
  text: string,
  scope: string,
  held: RightHeld['held'] = 'yes',
  more: Partial<RightHeld> = {},
): RightHeld => ({ kind: 'azure', right: text, scope, held, ...more });
const scope =
  '/subscriptions/7d0c2a1e-0000-4000-8000-000000000001/resourceGroups/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu';
const az = `az identity federated-credential create --name aks-prod-weu-argocd-repo-server \\
  --identity-name id-checkout-gitops --resource-group rg-identity-prod \\
  --issuer   "$(az aks show -g rg-aks-prod -n aks-prod-weu --query oidcIssuerProfile.issuerUrl -o tsv)" \\
  --subject  'system:serviceaccount:argocd:argocd-repo-server' \\
  --audiences 'api://AzureADTokenExchange'`;
const change = (
  id: string,
  layer: PlannedChange['layer'],
  title: string,
  verdict: PlannedChange['verdict'],
  rights: RightHeld[],
  commands: PlannedChange['commands'] = { az },
): PlannedChange => ({ id, change: id, layer, title, verdict, rights, commands, needs: [] });

export const plan: Plan = {
  connectionId: 'c1',
  revision: 4,
  hash: '7c41f0d9a7b2c30011223344556677889900aabbccddeeff001122334455e09b',
  readAt: '2026-11-20T09:38:00.000Z',
  confirm: 'aks-prod-weu',
  changes: [
    change(
      'oidc:1',
      'cluster',
      'Turn on the OIDC issuer',
      {
        state: 'update',
        fields: [{ field: 'oidcIssuerProfile.enabled', old: 'false', new: 'true' }],
        irreversible: 'API server restarts; cannot be turned off.',
      },
      [right('Microsoft.ContainerService/managedClusters/write', scope)],
    ),
    change(
      'wi:1',
      'cluster',
      'Turn on workload identity',
      {
        state: 'update',
        fields: [{ field: 'securityProfile.workloadIdentity.enabled', old: 'false', new: 'true' }],
        note: 'Sent in the same request as the issuer.',
      },
      [right('Microsoft.ContainerService/managedClusters/write', scope)],
    ),
    change(
      'identity:1',
      'identity',
      'User-assigned identity id-checkout-gitops',
      {
        state: 'create',
        fields: [
          { field: 'location', new: 'westeurope' },
          { field: 'tags', new: 'owner=checkout, managed-by=patless' },
        ],
      },
      [right('Microsoft.ManagedIdentity/userAssignedIdentities/write', 'rg-identity-prod')],
    ),
    change(
      'fic:1',
      'federation',
      'Credential aks-prod-weu-argocd-repo-server',
      {
        state: 'create',
        fields: [
          { field: 'issuer', knownAfter: 'known after the issuer is on' },
          { field: 'subject', new: 'system:serviceaccount:argocd:argocd-repo-server' },
        ],
      },
      [
        right(
          'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
          'id-checkout-gitops',
        ),
      ],
      {
        az,
        terraform:
          'resource "azurerm_federated_identity_credential" "argocd" {\n  name = "aks-prod-weu-argocd-repo-server"\n}',
        kubectl: undefined,
      },
    ),
    change(
      'member:1',
      'devops',
      'Add id-checkout-gitops to the organisation',
      { state: 'create', fields: [{ field: 'licence', new: 'Basic, $6.00 a month' }] },
      [
        right('Project Collection Administrator', 'contoso-eng', 'no', {
          kind: 'devops',
          note: 'Platform administrators can do this: 4 members.',
        }),
      ],
    ),
    change(
      'group:1',
      'devops',
      'Member of Readers in Checkout',
      { state: 'create', fields: [{ field: 'member', new: 'id-checkout-gitops' }] },
      [
        right('Project Administrator', 'Checkout', 'unknown', {
          note: 'Azure DevOps does not say whether you may. It will when the change is made.',
        }),
      ],
    ),
    change(
      'team:1',
      'devops',
      'Project Checkout exists',
      { state: 'right', how: 'Read 09:38 from the project list.' },
      [],
      {},
    ),
    change(
      'label:1',
      'kubernetes',
      'Pods opt in, argocd-repo-server',
      {
        state: 'update',
        fields: [{ field: 'azure.workload.identity/use', new: '"true"' }],
        note: 'Restarts argocd-repo-server, one pod at a time.',
      },
      [right('patch deployments', 'argocd')],
      { kubectl: 'kubectl -n argocd patch deployment argocd-repo-server --type merge -p \'{"spec":{}}\'' },
    ),
    change(
      'secret:1',
      'kubernetes',
      'Repository secret repo-checkout-deploy',
      {
        state: 'update',
        fields: [
          { field: 'password', old: 'PAT' },
          { field: 'useAzureWorkloadIdentity', new: '"true"' },
        ],
      },
      [right('patch secrets/repo-checkout-deploy', 'argocd')],
      { kubectl: 'kubectl patch secret' },
    ),
    change(
      'blocked:1',
      'kubernetes',
      'Service account argocd-commit-server carries the client id',
      { state: 'blocked', problem: forbiddenProblem },
      [],
      {},
    ),
  ],
};

const start = Date.parse('2026-11-20T09:46:25.000Z');
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
export const run: Run = {
  id: 'r1',
  connectionId: 'c1',
  tenantId: 't1',
  number: 4,
  plan,
  state: 'running',
  startedBy: operator,
  startedAt: at(0),
};
type Loose = StoredRunEvent extends infer Event ? (Event extends StoredRunEvent ? Omit<Event, 'seq'> : never) : never;
const raw: Loose[] = [
  { type: 'run-start', holder: operator, at: at(0), resumed: false },
  { type: 'change-start', changeId: 'oidc:1', at: at(0) },
  {
    type: 'change-attempt',
    changeId: 'oidc:1',
    at: at(0),
    attempt: 1,
    text: 'Sent',
    correlationId: 'b7c2aaaa-0000-4000-8000-0000000019e4',
  },
  {
    type: 'change-end',
    changeId: 'oidc:1',
    at: at(178),
    outcome: 'done',
    attempts: 1,
    elapsedMs: 178_000,
    detail: 'API server restarted 09:48:10, answers again',
    correlationId: 'b7c2aaaa-0000-4000-8000-0000000019e4',
  },
  { type: 'change-start', changeId: 'identity:1', at: at(0) },
  {
    type: 'change-end',
    changeId: 'identity:1',
    at: at(4),
    outcome: 'done',
    attempts: 1,
    elapsedMs: 4_000,
    detail: 'Created in rg-identity-prod, read back',
    correlationId: '0d51aaaa-0000-4000-8000-000000008af0',
  },
  { type: 'change-start', changeId: 'fic:1', at: at(182) },
  {
    type: 'change-attempt',
    changeId: 'fic:1',
    at: at(186),
    attempt: 1,
    text: 'Written, 201. Read back, equal.',
    correlationId: '9f20aaaa-0000-4000-8000-00000000c7d1',
  },
  {
    type: 'change-wait',
    changeId: 'fic:1',
    at: at(187),
    reason: 'Waiting for Microsoft replication',
    usually: 'up to 2 minutes',
    detail: 'The credential is written and read back. Entra ID’s other regions do not know it yet.',
  },
  {
    type: 'change-attempt',
    changeId: 'fic:1',
    at: at(201),
    attempt: 2,
    text: 'AADSTS70021, no matching record. Next in 20 s',
    correlationId: '41beaaaa-0000-4000-8000-000000000a3c',
  },
  {
    type: 'change-wait',
    changeId: 'fic:1',
    at: at(202),
    reason: 'Waiting for Microsoft replication',
    usually: 'up to 2 minutes',
    detail: 'The credential is written and read back. Entra ID’s other regions do not know it yet.',
  },
];
export const events: readonly StoredRunEvent[] = raw.map(
  (event, index) => ({ ...event, seq: index + 1 }) as StoredRunEvent,
);
export const endings: Readonly<Record<string, readonly StoredRunEvent[]>> = {
  interrupted: [...events, { type: 'run-end', at: at(221), state: 'interrupted', seq: 99 }],
  waiting: [...events, { type: 'run-end', at: at(221), state: 'waiting', problem: signInProblem, seq: 99 }],
  failed: [
    ...events,
    {
      type: 'change-end',
      changeId: 'fic:1',
      at: at(220),
      outcome: 'failed',
      attempts: 4,
      elapsedMs: 38_000,
      problem: subjectProblem,
      seq: 98,
    },
    { type: 'run-end', at: at(221), state: 'failed', seq: 99 },
  ],
  done: [
    ...events,
    ...plan.changes.map(
      (one, index) =>
        ({
          type: 'change-end',
          changeId: one.id,
          at: at(300),
          outcome: 'done',
          attempts: 1,
          elapsedMs: 2_000,
          seq: 100 + index,
        }) as StoredRunEvent,
    ),
    { type: 'run-end', at: at(312), state: 'done', seq: 999 },
  ],
};

export const clusters: readonly Cluster[] = [
  ['aks-prod-weu', 'Contoso Production', 'westeurope', '1.34.2', true, true, false],
  ['aks-prod-neu', 'Contoso Production', 'northeurope', '1.34.2', true, true, false],
  ['aks-stage-weu', 'Contoso Development', 'westeurope', '1.33.5', false, false, false],
  ['aks-lab-swc', 'Contoso Development', 'swedencentral', '1.34.2', true, false, true],
].map(([name, subscription, location, version, oidc, wi, priv]) => ({
  id: `/subscriptions/7d0c2a1e-0000-4000-8000-000000000001/resourceGroups/rg-aks/providers/Microsoft.ContainerService/managedClusters/${name}`,
  name: String(name),
  subscriptionId: '7d0c2a1e-0000-4000-8000-000000000001',
  subscriptionName: String(subscription),
  resourceGroup: 'rg-aks-prod',
  location: String(location),
  kubernetesVersion: String(version),
  provisioningState: 'Succeeded',
  powerState: name === 'aks-lab-swc' ? 'Stopped' : 'Running',
  privateCluster: Boolean(priv),
  fqdn: `${name}.azmk8s.io`,
  oidcIssuerEnabled: Boolean(oidc),
  workloadIdentityEnabled: Boolean(wi),
  entraIntegrated: true,
  azureRbac: false,
}));
export const identities: readonly Identity[] = ['id-argocd-weu', 'id-flux-stage'].map((name) => ({
  id: `/subscriptions/7d0c2a1e-0000-4000-8000-000000000001/resourceGroups/rg-identity-prod/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
  name,
  subscriptionId: 's1',
  subscriptionName: 'Contoso Production',
  resourceGroup: 'rg-identity-prod',
  location: 'westeurope',
  clientId: 'c',
  principalId: 'p',
  tenantId: 't',
  tags: {},
}));
