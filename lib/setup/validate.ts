import { consumerKind } from '../consumers/index.ts';
import { credentialsPerIdentity, sameArmId } from '../model/azure.ts';
import type { AnswerStep, Answers, Consumer, DevopsChoice, IdentityChoice } from '../model/connection.ts';
import type { Result } from '../model/problem.ts';
import { addressForm } from '../model/repository-url.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { ProblemError } from '../problems/problem.ts';

type Value<Step extends AnswerStep> = NonNullable<Answers[Step]>['value'];

/** Refuses with the problem that a person is told. */
function refuse(...problem: Parameters<typeof makeProblem>): never {
  throw new ProblemError(makeProblem(...problem));
}

type Validators = {
  readonly [Step in AnswerStep]: (
    ports: Ports,
    value: Value<Step>,
    answers: Answers,
    signal: AbortSignal,
  ) => Promise<Value<Step>>;
};

/**
 * What the services list now is compared with what came from the browser, so that no id is believed. Returns the value as the services
 * have it: names and addresses are taken from them.
 */
const validators: Validators = {
  async cluster(ports, value, _answers, signal) {
    const cluster = await ports.arm.getCluster(value.id, signal);
    if (!cluster) return refuse('cluster/missing', { title: `Cluster ${value.name} does not exist any more` });
    const { id, name, subscriptionId, resourceGroup, location } = cluster;
    return { id, name, subscriptionId, resourceGroup, location };
  },

  async consumers(ports, { consumers }, { cluster }, signal) {
    if (!cluster) return refuse('setup/incomplete');
    const kubernetes = await ports.kubernetes(cluster.value);
    const kinds = [...new Set(consumers.map(({ kind }) => kind))];
    const found = (
      await Promise.all(kinds.map(async (kind) => consumerKind(kind)?.discover(kubernetes, signal) ?? []))
    ).flat();
    return {
      consumers: consumers.map((chosen) => {
        const now = found.find(
          ({ consumer }) => consumer.kind === chosen.kind && consumer.namespace === chosen.namespace,
        );
        if (!now)
          return refuse('setup/answer-invalid', {
            title: `${chosen.kind} does not run in namespace ${chosen.namespace} any more`,
          });
        const blocking = now.notices.find(({ blocks }) => blocks);
        if (blocking) throw new ProblemError(blocking.problem);
        return narrowed(now.consumer, chosen);
      }),
    };
  },

  async identity(ports, value, _answers, signal) {
    if (value.mode === 'existing') {
      const identity = await ports.arm.getIdentity(value.id, signal);
      if (!identity)
        return refuse('identity/missing', { title: `Identity ${value.name} does not exist`, fix: undefined });
      return { mode: 'existing', id: identity.id, name: identity.name };
    }
    return newIdentity(ports, value, signal);
  },

  async federation(ports, value, { consumers, identity }, signal) {
    if (!consumers || !identity) return refuse('setup/incomplete');
    const subjects = consumers.value.consumers.flatMap(({ namespace, workloads }) =>
      workloads.map(({ serviceAccount }) => `${namespace}/${serviceAccount}`),
    );
    const given = value.credentials.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`);
    const wanted = new Set(subjects);
    if (
      given.length !== wanted.size ||
      given.some((subject) => !wanted.has(subject)) ||
      new Set(given).size !== given.length
    )
      return refuse('setup/answer-invalid', {
        title: 'Each service account of the consumers needs exactly one credential',
      });
    if (identity.value.mode === 'existing') {
      const existing = await ports.arm.listCredentials(identity.value.id, signal);
      const added = value.credentials.filter(
        ({ name, namespace, serviceAccount }) =>
          !existing.some(
            (credential) =>
              credential.name.toLowerCase() === name.toLowerCase() ||
              credential.subject === `system:serviceaccount:${namespace}:${serviceAccount}`,
          ),
      );
      if (existing.length + added.length > credentialsPerIdentity)
        return refuse('federation/limit', {
          title: `${identity.value.name} has ${existing.length} credentials and room for ${credentialsPerIdentity - existing.length}`,
        });
    }
    return value;
  },

  async devops(ports, value, { identity }, signal) {
    if (!identity) return refuse('setup/incomplete');
    const organization = await ports.devops.getOrganization(value.organization, signal);
    if (!organization)
      return refuse('devops/organization-missing', { title: `There is no organisation named ${value.organization}` });
    const { tenantId, name } = organization;
    if (!tenantId) return refuse('devops/organization-not-entra', { title: `${name} is not connected to Entra ID` });
    const identityTenant = await tenantOf(ports, identity.value, signal);
    if (identityTenant !== undefined && identityTenant.toLowerCase() !== tenantId.toLowerCase())
      return refuse('devops/organization-other-tenant', {
        title: `${name} belongs to another tenant than ${identity.value.name}`,
        evidence: [
          {
            label: 'Tenant',
            expected: identityTenant,
            expectedFrom: 'from identity',
            seen: tenantId,
            seenIn: `in ${name}`,
          },
        ],
      });
    const project = await ports.devops.getProject(name, value.project.id, signal);
    if (!project)
      return refuse('devops/project-missing', {
        title: `Project ${value.project.name} does not exist or is not visible to you`,
      });
    const listed = await ports.devops.listRepositories(name, project.id, signal);
    const repositories = value.repositories.map((chosen): DevopsChoice['repositories'][number] => {
      const repository = listed.find(({ id }) => id.toLowerCase() === chosen.id.toLowerCase());
      if (!repository)
        return refuse('devops/repository-missing', {
          title: `Repository ${chosen.name} does not exist or is not visible to you`,
        });
      if (repository.disabled)
        return refuse('devops/repository-disabled', { title: `Repository ${repository.name} is disabled` });
      return { id: repository.id, name: repository.name, url: repository.url, access: chosen.access };
    });
    return { ...value, organization: name, tenantId, project, repositories };
  },
};

export async function validateAnswer<Step extends AnswerStep>(
  ports: Ports,
  step: Step,
  value: Value<Step>,
  answers: Answers,
  signal: AbortSignal,
): Promise<Result<Value<Step>>> {
  try {
    return { ok: true, value: await validators[step](ports, value, answers, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, problem: diagnose(error) };
  }
}

async function newIdentity(
  ports: Ports,
  value: Extract<IdentityChoice, { mode: 'new' }>,
  signal: AbortSignal,
): Promise<IdentityChoice> {
  const [groups, locations] = await Promise.all([
    ports.arm.listResourceGroups(value.subscriptionId, signal),
    ports.arm.listLocations(value.subscriptionId, signal),
  ]);
  const group = groups.find(({ name }) => name.toLowerCase() === value.resourceGroup.toLowerCase());
  if (!group)
    return refuse('setup/answer-invalid', {
      title: `There is no resource group ${value.resourceGroup} in this subscription`,
    });
  if (!locations.includes(value.location))
    return refuse('setup/answer-invalid', { title: `${value.location} is not a region of this subscription` });
  return { ...value, resourceGroup: group.name };
}

/** Undefined while the identity is still to be made: then it is made in the subscription's tenant. */
async function tenantOf(ports: Ports, choice: IdentityChoice, signal: AbortSignal): Promise<string | undefined> {
  if (choice.mode === 'existing') return (await ports.arm.getIdentity(choice.id, signal))?.tenantId;
  const subscriptions = await ports.arm.listSubscriptions(signal);
  return subscriptions.find(({ id }) => sameArmId(id, choice.subscriptionId))?.tenantId;
}

/** What was found, limited to the workloads and sources that were chosen. */
function narrowed(found: Consumer, chosen: Consumer): Consumer {
  const workloads = found.workloads.filter(({ deployment }) =>
    chosen.workloads.some((each) => each.deployment === deployment),
  );
  if (workloads.length === 0)
    return refuse('setup/answer-invalid', { title: `No chosen workload runs in ${found.namespace} any more` });
  const sources = found.sources.filter(
    ({ type, name, namespace, url }) =>
      chosen.sources.length === 0 ||
      chosen.sources.some(
        (each) =>
          each.type === type &&
          each.name === name &&
          each.namespace === namespace &&
          addressForm(each.url) === addressForm(url),
      ),
  );
  return { ...found, workloads, sources };
}
