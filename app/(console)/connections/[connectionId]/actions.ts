'use server';

import { z } from 'zod';
import { consumerKey } from '../../../../components/props.ts';
import { armIdSchema, parseArmId } from '../../../../lib/model/azure.ts';
import {
  connectionNameSchema,
  federationChoiceSchema,
  identityChoiceSchema,
} from '../../../../lib/model/connection.ts';
import { accessSchema, organizationNameSchema } from '../../../../lib/model/devops.ts';
import { makeProblem } from '../../../../lib/problems/make-problem.ts';
import { routes } from '../../../../lib/routes.ts';
import { defineAction } from '../../../../lib/server/action.ts';
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
  run: ({ input, target, services, ports }) => {
    const { subscriptionId, resourceGroup, name } = parseArmId(input.cluster);
    const choice = { id: input.cluster, name, subscriptionId, resourceGroup, location: '' };
    return saveAnswer({ services, ports: ports(), connection: target, revision: input.revision }, 'cluster', choice);
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
  async run({ input, target, services, ports }) {
    const cluster = target.answers.cluster?.value;
    if (!cluster) return { ok: false, problem: makeProblem('setup/incomplete') };
    // Read again here: the form names what was chosen, the cluster says what it is.
    const found = await discoverConsumers(cluster.id);
    if (!found.ok) return found;
    const consumers = found.value
      .map(({ consumer }) => consumer)
      .filter((consumer) => input.consumer.includes(consumerKey(consumer)));
    if (consumers.length < new Set(input.consumer).size)
      return { ok: false, problem: makeProblem('setup/answer-invalid') };
    return saveAnswer({ services, ports: ports(), connection: target, revision: input.revision }, 'consumers', {
      consumers,
    });
  },
  next: nextAddress,
});

const identityInput = z.discriminatedUnion(
  'mode',
  [
    stepInput.extend({ mode: z.literal('existing'), id: z.string({ error: 'Choose an identity.' }).pipe(armIdSchema) }),
    stepInput.extend({ ...identityChoiceSchema.options[1].shape, tags: z.string().default('') }),
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
    const save = { services, ports: ports(), connection: target, revision: input.revision };
    if (input.mode === 'existing')
      return saveAnswer(save, 'identity', { mode: 'existing', id: input.id, name: parseArmId(input.id).name });
    const tags = parseTags(input.tags);
    if (!tags.ok) return tags;
    const { mode, name, subscriptionId, resourceGroup, location } = input;
    return saveAnswer(save, 'identity', { mode, name, subscriptionId, resourceGroup, location, tags: tags.value });
  },
  next: nextAddress,
});

export const saveFederation = defineAction({
  input: stepInput.extend(federationChoiceSchema.shape),
  role: 'Operator',
  audit: 'connection.federation',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  run: ({ input, target, services, ports }) =>
    saveAnswer({ services, ports: ports(), connection: target, revision: input.revision }, 'federation', {
      credentials: input.credentials,
    }),
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
  run: ({ input, target, services, ports }) =>
    saveAnswer({ services, ports: ports(), connection: target, revision: input.revision }, 'devops', {
      organization: input.organization,
      tenantId: target.tenantId,
      project: { id: input.projectId, name: '' },
      repositories: input.repository.map((id) => ({ id, name: '', url: '', access: input.access[id] ?? 'read' })),
      grant: 'project-group',
    }),
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
