import type { Consumer, Design } from '../model/connection.ts';
import { type FluxTarget, fluxRoles, fluxTargets } from '../model/flux.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { sameRepository } from '../model/repository-url.ts';
import { type ChangeContext, defineChange, type Progress } from './change.ts';
import { judgeSignIn, readObject, renderSignIn, restoreSignIn, writeSignIn } from './flux-sign-in.ts';
import { proveAsWorkload } from './workload-proof.ts';

export const fluxGitRepository = defineChange<FluxTarget, KubernetesObject | undefined>({
  id: 'flux-git-repository',
  layer: 'kubernetes',
  // Last of all: an object without its secret before the new way is proved would cut Flux off.
  needs: ['federated-credential', 'devops-group-membership', 'pod-template-label'],
  targets: (design) => fluxTargets(design, 'GitRepository'),
  key: ({ namespace, name }) => `${namespace}/${name}`,
  title: ({ name }) => `GitRepository ${name} signs in as the identity`,
  observe: readObject,
  diff: (object, target) => judgeSignIn(object, target, 'azure'),
  async apply(context, target, object, progress) {
    if (!object) throw new Error('An object that does not exist is blocked');
    await proveControllers(context, target, progress);
    return { detail: await writeSignIn(context, target, object, 'azure') };
  },
  undo: { run: restoreSignIn },
  rights: ({ namespace, name }) => [
    { kind: 'kubernetes', right: 'patch gitrepositories.source.toolkit.fluxcd.io', scope: namespace, name },
  ],
  render: (target, _design, _facts, object) => renderSignIn(target, object, 'azure'),
});

/** Source-controller reads through this object; image automation pushes through it, with the same credential. */
async function proveControllers(context: ChangeContext, target: FluxTarget, progress: Progress): Promise<void> {
  const { design } = context;
  const { consumer, url } = target;
  const pushes = consumer.sources.some(
    (source) => source.type === 'ImageUpdateAutomation' && sameRepository(source.url, url),
  );
  for (const { role, serviceAccount } of consumer.workloads) {
    const access =
      role === fluxRoles.source ? 'read' : role === fluxRoles.automation && pushes ? 'contribute' : undefined;
    if (!access) continue;
    await proveAsWorkload(
      context,
      { namespace: consumer.namespace, serviceAccount },
      { url, name: repositoryName(design, url), access },
      progress,
    );
  }
}

export function repositoryName({ devops }: Pick<Design, 'devops'>, url: string): string {
  return devops.repositories.find((repository) => sameRepository(repository.url, url))?.name ?? url;
}

export function workloadOf(consumer: Consumer, role: string) {
  return consumer.workloads.find((workload) => workload.role === role);
}
