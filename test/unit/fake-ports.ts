import { builtInClouds } from '../../lib/model/cloud.ts';
import type { Access, DevopsCaller } from '../../lib/model/devops.ts';
import { serviceAccountSubject } from '../../lib/model/kubernetes.ts';
import type { AccessToken, Clock, Devops, Kubernetes, Ports } from '../../lib/ports.ts';
import { type UpstreamDetails, UpstreamError } from '../../lib/problems/upstream-error.ts';
import { audience, credential, FakeWorld, ids, issuer, madeIdentity, member, repositoryUrl } from './fake-world.ts';

/** A failure that the next call of a method meets. `carriedOut`: the service did it and the answer was lost. */
export interface Fault {
  readonly details: Omit<UpstreamDetails, 'operation'>;
  readonly carriedOut?: boolean;
}
export interface FakePorts extends Ports {
  readonly world: FakeWorld;
  /** Every call, in order, for example `arm.putCredential`. */
  readonly calls: string[];
  readonly sleeps: number[];
  fail(method: string, ...faults: readonly Fault[]): void;
}

export const refused = (service: UpstreamDetails['service'], code: string, message: string, status = 403): Fault => ({
  details: { service, kind: 'refused', status, code, message },
});

/** Services of one small world in memory: causal, so that a chain breaks where its cause is. */
export function fakePorts(world = new FakeWorld()): FakePorts {
  const calls: string[] = [];
  const faults = new Map<string, Fault[]>();
  const clock = fakeClock();

  const guarded = <T extends object>(prefix: string, methods: T): T =>
    new Proxy(methods, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function' || typeof name !== 'string') return method;
        return async (...parameters: unknown[]) => {
          const key = `${prefix}.${name}`;
          calls.push(key);
          const fault = faults.get(key)?.shift();
          await clock.sleep(10, new AbortController().signal);
          if (fault && !fault.carriedOut) throw new UpstreamError({ operation: key, ...fault.details });
          const result: unknown = await (method as (...all: unknown[]) => unknown).apply(target, parameters);
          if (fault) throw new UpstreamError({ operation: key, ...fault.details });
          return result;
        };
      },
    });
  const write = (what: string) => world.writes.push(what);
  const no = (details: UpstreamDetails): never => {
    throw new UpstreamError(details);
  };

  const kubernetes = guarded('kubernetes', kubernetesOf(world, write, no));
  return {
    world,
    calls,
    sleeps: clock.sleeps,
    fail: (method, ...added) => faults.set(method, [...(faults.get(method) ?? []), ...added]),
    cloud: builtInClouds.public,
    clock,
    kubernetes: async () => kubernetes,
    devops: guarded(
      'devops',
      devopsOf(world, write, no, () => ({ id: 'operator', descriptor: 'aad.operator', displayName: 'Operator' })),
    ),
    devopsAs: (token) =>
      guarded(
        'workload',
        devopsOf(world, write, no, () => callerOf(world, token, no)),
      ),
    git: guarded('git', {
      async listRefs(url: string, token: AccessToken, access: Access) {
        const caller = callerOf(world, token, no);
        if (
          url.toLowerCase() !== repositoryUrl.toLowerCase() ||
          !mayRead(world, caller) ||
          world.entitlement?.license === 'stakeholder'
        )
          return no({
            service: 'git',
            operation: 'list refs',
            kind: 'absent',
            status: 404,
            code: 'TF401019',
            message:
              'TF401019: The Git repository with name or identifier checkout-deploy does not exist or you do not have permissions for the operation you are attempting.',
          });
        if (access === 'contribute' && !world.groupMembers.get('Contributors')?.has(caller.descriptor))
          return no({
            service: 'git',
            operation: 'list refs',
            kind: 'refused',
            status: 403,
            code: 'TF401027',
            message: "TF401027: You need the Git 'GenericContribute' permission to perform this action.",
          });
        return { refs: 2, defaultBranch: 'refs/heads/main' };
      },
    }),
    entra: guarded('entra', {
      async exchange({ clientId, assertion }: { clientId: string; assertion: AccessToken }) {
        const claims = JSON.parse(assertion.reveal()) as { issuer: string; subject: string; audience: string };
        const entra = (number: number, message: string) =>
          no({
            service: 'entra',
            operation: 'exchange',
            kind: 'refused',
            status: 401,
            code: `AADSTS${number}`,
            message: `AADSTS${number}: ${message}`,
          });
        if (world.identity?.clientId !== clientId)
          return entra(700016, `Application with identifier '${clientId}' was not found in the directory 'Contoso'.`);
        const tail =
          ' Check your federated identity credential Subject, Audience and Issuer against the presented assertion.';
        const sameIssuer = world.credentials.filter((each) => each.issuer === claims.issuer);
        if (sameIssuer.length === 0)
          return entra(
            700211,
            `No matching federated identity record found for presented assertion issuer '${claims.issuer}'.${tail}`,
          );
        const sameSubject = sameIssuer.filter((each) => each.subject === claims.subject);
        if (sameSubject.length === 0)
          return entra(
            700213,
            `No matching federated identity record found for presented assertion subject '${claims.subject}'.${tail}`,
          );
        if (!sameSubject.some(({ audiences }) => audiences.includes(claims.audience)))
          return entra(
            700212,
            `No matching federated identity record found for presented assertion audience '${claims.audience}'.${tail}`,
          );
        return fakeToken(ids.principal);
      },
    }),
    arm: guarded('arm', {
      listSubscriptions: async () => [
        { id: ids.subscription, name: 'Contoso Production', tenantId: ids.tenant, state: 'Enabled' },
      ],
      listClusters: async () => ({
        items: [...(world.cluster ? [world.cluster] : []), ...world.otherClusters],
        notVisible: [],
      }),
      getCluster: async (id: string) =>
        world.cluster?.id.toLowerCase() === id.toLowerCase() ? world.cluster : undefined,
      async enableFederation(
        _id: string,
        switches: { oidcIssuer: boolean; workloadIdentity: boolean },
        progress: (text: string) => void,
      ) {
        write('enableFederation');
        progress('Updating');
        if (world.cluster)
          world.cluster = {
            ...world.cluster,
            oidcIssuerEnabled: world.cluster.oidcIssuerEnabled || switches.oidcIssuer,
            workloadIdentityEnabled: world.cluster.workloadIdentityEnabled || switches.workloadIdentity,
            issuerUrl: issuer,
          };
        return { correlationId: 'aks-1' };
      },
      listResourceGroups: async () => [{ id: 'rg', name: 'rg-identity-prod', location: 'westeurope' }],
      listLocations: async () => ['westeurope', 'northeurope'],
      listIdentities: async () => ({ items: world.identity ? [world.identity] : [], notVisible: [] }),
      getIdentity: async (id: string) =>
        world.identity?.id.toLowerCase() === id.toLowerCase() ? world.identity : undefined,
      async createIdentity() {
        write('createIdentity');
        world.identity = madeIdentity();
        return { identity: world.identity, correlationId: 'msi-1' };
      },
      async deleteIdentity() {
        write('deleteIdentity');
        world.identity = undefined;
      },
      listCredentials: async () => [...world.credentials],
      async putCredential(_id: string, name: string, trust: { issuer: string; subject: string; audience: string }) {
        write(`putCredential ${name}`);
        const created = !world.credentials.some((each) => each.name === name);
        world.credentials = [...world.credentials.filter((each) => each.name !== name), credential(name, trust)];
        return { credential: credential(name, trust), created, correlationId: `fic-${name}` };
      },
      async deleteCredential(_id: string, name: string) {
        write(`deleteCredential ${name}`);
        world.credentials = world.credentials.filter((each) => each.name !== name);
      },
      listPermissions: async () => [{ actions: ['*'], notActions: [] }],
      listRoleAssignments: async () => [],
    }),
  };
}

function devopsOf(
  world: FakeWorld,
  write: (what: string) => void,
  no: (details: UpstreamDetails) => never,
  caller: () => DevopsCaller,
): Devops {
  const project = { id: ids.project, name: 'Checkout' };
  const repository = () => ({
    id: ids.repository,
    name: 'checkout-deploy',
    projectId: ids.project,
    url: repositoryUrl,
    disabled: world.repositoryDisabled,
  });
  const sees = () => {
    const who = caller();
    return who.id === 'operator' || mayRead(world, who);
  };
  return {
    listOrganizations: async () => [{ name: 'contoso-eng', tenantId: ids.tenant }],
    getOrganization: async (name) =>
      name === 'contoso-eng' ? { name, tenantId: ids.tenant } : name === 'contoso-legacy' ? { name } : undefined,
    whoAmI: async () => caller(),
    listProjects: async () => [project],
    getProject: async () => (sees() ? project : undefined),
    listRepositories: async () => [repository()],
    getRepository: async () => (sees() ? repository() : undefined),
    findProjectGroup: async (_organization, _project, name) =>
      world.groupMembers.has(name) ? { name, descriptor: `vssgp.${name}` } : undefined,
    findServicePrincipal: async (_organization, originId) =>
      originId === ids.principal ? world.entitlement : undefined,
    async addServicePrincipal(_organization, originId, license) {
      write('addServicePrincipal');
      if (!world.replicated)
        return no({
          service: 'devops',
          operation: 'add service principal',
          kind: 'absent',
          status: 200,
          code: 'VS403283',
          message: `VS403283: Could not add user '${originId}' at this time.`,
        });
      world.entitlement = member(license);
      return { entitlement: world.entitlement };
    },
    async setLicense(_organization, _id, license) {
      write('setLicense');
      world.entitlement = member(license);
      return {};
    },
    async removeServicePrincipal() {
      write('removeServicePrincipal');
      world.entitlement = undefined;
    },
    isMember: async (_organization, descriptor, container) =>
      world.groupMembers.get(container.replace('vssgp.', ''))?.has(descriptor) ?? false,
    async addMember(_organization, descriptor, container) {
      write('addMember');
      world.groupMembers.get(container.replace('vssgp.', ''))?.add(descriptor);
      return {};
    },
    async removeMember(_organization, descriptor, container) {
      write('removeMember');
      world.groupMembers.get(container.replace('vssgp.', ''))?.delete(descriptor);
    },
    ownRights: async () => ({ addUsers: true, manageProjectGroups: true }),
    listServicePrincipals: async () => [],
    listGroups: async () => [],
    listContainers: async () => [],
    getEntitlement: async () => world.entitlement,
  };
}

function callerOf(world: FakeWorld, token: AccessToken, no: (details: UpstreamDetails) => never): DevopsCaller {
  const principalId = token.reveal();
  if (world.entitlement?.originId !== principalId)
    return no({
      service: 'devops',
      operation: 'who am I',
      kind: 'refused',
      status: 401,
      code: 'TF401444',
      message: `TF401444: Please sign-in at least once as ${ids.tenant}\\${ids.tenant}\\${principalId} in a web browser to enable access to the service.`,
    });
  return { id: ids.member, descriptor: world.entitlement.descriptor, displayName: 'id-checkout' };
}

function mayRead(world: FakeWorld, { descriptor }: DevopsCaller): boolean {
  return [...world.groupMembers.values()].some((members) => members.has(descriptor));
}

function kubernetesOf(
  world: FakeWorld,
  write: (what: string) => void,
  no: (details: UpstreamDetails) => never,
): Kubernetes {
  const summaries = (namespace?: string) =>
    world.deployments.filter((each) => !namespace || each.namespace === namespace);
  return {
    server: 'https://aks-prod-weu.hcp.westeurope.azmk8s.io',
    serverVersion: async () => 'v1.34.2',
    async get({ apiVersion, kind, namespace, name }) {
      const annotations = kind === 'ServiceAccount' ? world.serviceAccounts.get(`${namespace}/${name}`) : undefined;
      return annotations && { apiVersion, kind, metadata: { name, namespace, annotations } };
    },
    list: async ({ kind }) =>
      kind === 'Application'
        ? world.applications
        : kind === 'ApplicationSet'
          ? world.applicationSets
          : kind === 'Namespace'
            ? [{ apiVersion: 'v1', kind, metadata: { name: 'argocd' } }]
            : world.objects.filter((object) => object.kind === kind),
    listDeployments: async ({ namespace }) =>
      summaries(namespace).map(
        ({ name, namespace: place, labels, templateLabels, serviceAccount, image, replicas, pod }) => ({
          name,
          namespace: place,
          labels,
          annotations: {},
          serviceAccount,
          selector: { 'app.kubernetes.io/name': name },
          templateLabels,
          containers: [{ name: 'main', image }],
          replicas,
          readyReplicas: pod.ready ? replicas : 0,
        }),
      ),
    listPods: async (namespace, labelSelector) =>
      summaries(namespace)
        .filter(({ name }) => labelSelector === `app.kubernetes.io/name=${name}`)
        .map(({ pod, serviceAccount }) => ({
          name: pod.name,
          namespace,
          labels: pod.labels,
          serviceAccount,
          phase: 'Running',
          ready: pod.ready,
          environment: pod.environment,
        })),
    listSecrets: async (namespace, _selector, readableKeys) =>
      world.secrets
        .filter((secret) => secret.namespace === namespace)
        .map(({ name, labels, data, resourceVersion }) => ({
          name,
          namespace,
          labels,
          annotations: {},
          resourceVersion: String(resourceVersion),
          keys: Object.keys(data),
          values: Object.fromEntries(Object.entries(data).filter(([key]) => readableKeys.includes(key))),
        })),
    async apply(object) {
      const { kind, metadata } = object;
      write(`apply ${kind} ${metadata.name}`);
      if (kind === 'ServiceAccount')
        world.serviceAccounts.set(`${metadata.namespace}/${metadata.name}`, {
          ...world.serviceAccounts.get(`${metadata.namespace}/${metadata.name}`),
          ...metadata.annotations,
        });
      if (kind === 'Deployment') {
        const deployment = world.deployments.find(({ name }) => name === metadata.name);
        const spec = object.spec as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined;
        Object.assign(deployment?.templateLabels ?? {}, spec?.template?.metadata?.labels);
        if (deployment) world.restart(deployment);
      }
      if (kind === 'Secret') {
        const data = Object.fromEntries(
          Object.entries(object.data as Record<string, string>).map(([key, value]) => [
            key,
            Buffer.from(value, 'base64').toString(),
          ]),
        );
        const known = world.secrets.find(({ name }) => name === metadata.name);
        if (known) {
          Object.assign(known.data, data);
          known.resourceVersion++;
        } else
          world.secrets.push({
            name: metadata.name,
            namespace: metadata.namespace ?? '',
            labels: { ...metadata.labels },
            data,
            resourceVersion: 1,
          });
        return { ...object, metadata: { ...metadata, resourceVersion: String(known?.resourceVersion ?? 1) } };
      }
      return object;
    },
    async removeSecretKeys({ name, resourceVersion }, keys) {
      write(`removeSecretKeys ${name} ${keys.join(',')}`);
      const secret = world.secrets.find((each) => each.name === name);
      if (!secret || String(secret.resourceVersion) !== resourceVersion)
        return no({
          service: 'kubernetes',
          operation: 'remove secret keys',
          kind: 'conflict',
          status: 409,
          code: 'Conflict',
        });
      for (const key of keys) delete secret.data[key];
      secret.resourceVersion++;
    },
    async removeField({ apiVersion, kind, namespace, name }, { path, value }) {
      write(`removeField ${kind} ${name} ${path.join('.')}`);
      const object = world.objects.find((each) => each.kind === kind && each.metadata.name === name);
      const spec = (object?.spec ?? {}) as Record<string, unknown>;
      const field = path[1] ?? '';
      if (JSON.stringify(spec[field]) !== JSON.stringify(value))
        return no({
          service: 'kubernetes',
          operation: 'remove a field',
          kind: 'conflict',
          status: 422,
          code: 'Conflict',
        });
      delete spec[field];
      return { apiVersion, kind, metadata: { name, namespace } };
    },
    async requestToken({ namespace, name }) {
      const claims = {
        issuer: world.cluster?.oidcIssuerEnabled
          ? (world.cluster.issuerUrl ?? '')
          : 'https://kubernetes.default.svc.cluster.local',
        subject: serviceAccountSubject(namespace, name),
        audience,
        expiresAt: '2026-11-20T10:00:00.000Z',
      };
      return { token: fakeToken(JSON.stringify(claims)), claims };
    },
    canI: async (questions) => questions.map(() => true),
  };
}

function fakeToken(content: string): AccessToken {
  return { expiresAt: new Date('2026-11-21T09:00:00.000Z'), reveal: () => content };
}

/** Time that passes only while everybody waits, so that minutes of waiting take none. */
export function fakeClock(start = Date.parse('2026-11-20T09:00:00.000Z')): Clock & { readonly sleeps: number[] } {
  let now = start;
  const sleeps: number[] = [];
  const timers: { at: number; wake: () => void }[] = [];
  let ticking = false;
  const tick = () => {
    ticking = true;
    setImmediate(() => {
      timers.sort((left, right) => left.at - right.at);
      const next = timers.shift();
      if (next) {
        now = Math.max(now, next.at);
        next.wake();
      }
      if (timers.length > 0) tick();
      else ticking = false;
    });
  };
  return {
    sleeps,
    now: () => new Date(now),
    sleep(ms, signal) {
      if (ms > 10) sleeps.push(ms);
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        timers.push({ at: now + ms, wake: () => resolve() });
        if (!ticking) tick();
      });
    },
  };
}
