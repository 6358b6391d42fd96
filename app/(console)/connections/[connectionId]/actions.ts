'use server';

import { z } from 'zod';
import { consumerKey } from '../../../../components/props.ts';
import { armIdSchema, parseArmId, sameArmId } from '../../../../lib/model/azure.ts';
import {
  connectionNameSchema,
  federationChoiceSchema,
  identityChoiceSchema,
} from '../../../../lib/model/connection.ts';
import { accessSchema, organizationNameSchema } from '../../../../lib/model/devops.ts';
import { makeProblem } from '../../../../lib/problems/make-problem.ts';
import { routes } from '../../../../lib/routes.ts';
import { defineAction } from '../../../../lib/server/action.ts';
import { pageSignal } from '../../../../lib/server/attempt.ts';
import { ownConnection } from '../../../../lib/server/owned.ts';
import { approve } from '../../../../lib/server/runner.ts';
import { findCluster, listClusters } from '../../../../lib/server/wizard/cluster.ts';
import { discoverConsumers } from '../../../../lib/server/wizard/consumers.ts';
import { freeName, nextAddress, saveAnswer, stepInput } from '../../../../lib/server/wizard/save.ts';
import { parseTags } from '../../../../lib/server/wizard/tags.ts';

const clusterField = z.object({ cluster: z.string({ error: 'Choose a cluster.' }).pipe(armIdSchema) });

export const createConnection = defineAction({
  input: clusterField.extend({ name: z.literal('').or(connectionNameSchema).default('') }),
  role: 'Operator',
  audit: 'connection.create',
  target: ({ cluster }) => cluster,
  async run({ input, session, services: { store } }) {
    const clusters = await listClusters();
    if (!clusters.ok) return clusters;
    const cluster = findCluster(clusters.value.items, input.cluster);
    if (!cluster) return { ok: false, problem: makeProblem('cluster/missing') };
    const taken = (await store.connections.list(session.person.tid)).map(({ name }) => name);
    if (input.name && taken.includes(input.name)) return { ok: false, problem: makeProblem('app/name-taken') };
    const { id, name, subscriptionId, resourceGroup, location } = cluster;
    const created = await store.connections.create({
      tenantId: session.person.tid,
      name: input.name || freeName(`${name}-gitops`, taken),
      answers: { cluster: { value: { id, name, subscriptionId, resourceGroup, location }, revision: 1, basedOn: {} } },
      createdBy: { oid: session.person.oid, name: session.person.name },
    });
    return { ok: true, value: created };
  },
  revalidate: () => [routes.access(), routes.connections()],
  next: nextAddress,
});

export const saveCluster = defineAction({
  input: stepInput.extend(clusterField.shape),
  role: 'Operator',
  audit: 'connection.cluster',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  async run({ input, target, services }) {
    const clusters = await listClusters();
    if (!clusters.ok) return clusters;
    const cluster = findCluster(clusters.value.items, input.cluster);
    if (!cluster) return { ok: false, problem: makeProblem('cluster/missing') };
    const { id, name, subscriptionId, resourceGroup, location } = cluster;
    return saveAnswer(services, target, input.revision, 'cluster', {
      id,
      name,
      subscriptionId,
      resourceGroup,
      location,
    });
  },
  next: nextAddress,
});

const oneOrMore = z.union([z.string().transform((value) => [value]), z.array(z.string())], {
  error: 'Choose at least one.',
});

export const saveConsumers = defineAction({
  input: stepInput.extend({ consumer: oneOrMore }),
  role: 'Operator',
  audit: 'connection.consumers',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  async run({ input, target, services }) {
    const cluster = target.answers.cluster?.value;
    if (!cluster) return { ok: false, problem: makeProblem('setup/incomplete') };
    // Read again here: the form names what was chosen, the cluster says what it is.
    const found = await discoverConsumers(cluster.id);
    if (!found.ok) return found;
    const chosen = found.value.filter(({ consumer }) => input.consumer.includes(consumerKey(consumer)));
    const blocking = chosen.flatMap(({ notices }) => notices).find(({ blocks }) => blocks);
    if (blocking) return { ok: false, problem: blocking.problem };
    if (chosen.length < new Set(input.consumer).size) return { ok: false, problem: makeProblem('argocd/not-found') };
    return saveAnswer(services, target, input.revision, 'consumers', {
      consumers: chosen.map(({ consumer }) => consumer),
    });
  },
  next: nextAddress,
});

const identityInput = z.discriminatedUnion(
  'mode',
  [
    stepInput.extend({ mode: z.literal('existing'), id: z.string({ error: 'Choose an identity.' }).pipe(armIdSchema) }),
    stepInput.extend({
      mode: z.literal('new'),
      ...identityChoiceSchema.options[1].omit({ mode: true, tags: true }).shape,
      tags: z.string().default(''),
    }),
  ],
  { error: 'Choose an identity, or create one.' },
);

export const saveIdentity = defineAction({
  input: identityInput,
  role: 'Operator',
  audit: 'connection.identity',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  async run({ input, target, services, ports }) {
    if (input.mode === 'new') {
      const tags = parseTags(input.tags);
      if (!tags.ok) return tags;
      const { name, subscriptionId, resourceGroup, location } = input;
      return saveAnswer(services, target, input.revision, 'identity', {
        mode: 'new',
        name,
        subscriptionId,
        resourceGroup,
        location,
        tags: tags.value,
      });
    }
    const identity = await ports().arm.getIdentity(input.id, pageSignal());
    if (!identity || !sameArmId(identity.id, input.id)) return { ok: false, problem: makeProblem('identity/missing') };
    if (identity.tenantId.toLowerCase() !== target.tenantId.toLowerCase())
      return { ok: false, problem: makeProblem('identity/wrong-tenant') };
    return saveAnswer(services, target, input.revision, 'identity', {
      mode: 'existing',
      id: identity.id,
      name: parseArmId(identity.id).name,
    });
  },
  next: nextAddress,
});

export const saveFederation = defineAction({
  input: stepInput.extend(federationChoiceSchema.shape),
  role: 'Operator',
  audit: 'connection.federation',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  async run({ input, target, services }) {
    const known =
      target.answers.consumers?.value.consumers.flatMap(({ namespace, workloads }) =>
        workloads.map(({ serviceAccount }) => `${namespace}/${serviceAccount}`),
      ) ?? [];
    const given = input.credentials.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`);
    if (given.some((subject) => !known.includes(subject)) || known.some((subject) => !given.includes(subject)))
      return { ok: false, problem: makeProblem('setup/answer-invalid') };
    return saveAnswer(services, target, input.revision, 'federation', { credentials: input.credentials });
  },
  next: nextAddress,
});

export const saveDevops = defineAction({
  input: stepInput.extend({
    organization: organizationNameSchema,
    projectId: z.guid({ error: 'Choose a project.' }),
    repository: oneOrMore,
    access: z.record(z.string(), accessSchema).default({}),
  }),
  role: 'Operator',
  audit: 'connection.devops',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  async run({ input, target, services, ports }) {
    const { devops } = ports();
    const signal = pageSignal();
    const organization = await devops.getOrganization(input.organization, signal);
    if (!organization) return { ok: false, problem: makeProblem('devops/organization-missing') };
    if (!organization.tenantId) return { ok: false, problem: makeProblem('devops/organization-not-entra') };
    if (organization.tenantId.toLowerCase() !== target.tenantId.toLowerCase())
      return { ok: false, problem: makeProblem('devops/organization-other-tenant') };
    const project = await devops.getProject(input.organization, input.projectId, signal);
    if (!project) return { ok: false, problem: makeProblem('devops/project-missing') };
    const repositories = await devops.listRepositories(input.organization, project.id, signal);
    const chosen = repositories.filter(({ id }) => input.repository.includes(id));
    if (chosen.length === 0) return { ok: false, problem: makeProblem('devops/repository-missing') };
    return saveAnswer(services, target, input.revision, 'devops', {
      organization: organization.name,
      tenantId: organization.tenantId,
      project: { id: project.id, name: project.name },
      repositories: chosen.map(({ id, name, url }) => ({ id, name, url, access: input.access[id] ?? 'read' })),
      grant: 'project-group',
    });
  },
  next: nextAddress,
});

export const renameConnection = defineAction({
  input: stepInput.extend({ name: connectionNameSchema }),
  role: 'Operator',
  audit: 'connection.rename',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  async run({ input, target, services }) {
    const saved = await services.store.connections.save(target.id, input.revision, { name: input.name });
    return saved ? { ok: true, value: saved } : { ok: false, problem: makeProblem('app/changed-meanwhile') };
  },
  revalidate: () => [routes.access()],
});

export const approvePlan = defineAction({
  input: z.object({
    connectionId: z.guid(),
    planHash: z.string().regex(/^[0-9a-f]{64}$/),
    confirm: z.string().max(100).default(''),
  }),
  role: 'Operator',
  audit: 'plan.approve',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  run: ({ input, target, session, services }) =>
    approve({ connection: target, planHash: input.planHash, confirm: input.confirm, session, services }),
  next: ({ connectionId }) => routes.step(connectionId, 'apply'),
});
