import { type FluxTarget, fluxRoles, fluxTargets } from '../model/flux.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { defineChange } from './change.ts';
import { repositoryName, workloadOf } from './flux-git-repository.ts';
import { judgeSignIn, readObject, renderSignIn, restoreSignIn, writeSignIn } from './flux-sign-in.ts';
import { proveAsWorkload } from './workload-proof.ts';

/** Providers of type azuredevops sign in as the notification-controller when they name no secret. */
export const fluxCommitStatus = defineChange<FluxTarget, KubernetesObject | undefined>({
  id: 'flux-commit-status',
  layer: 'kubernetes',
  needs: ['federated-credential', 'devops-group-membership', 'pod-template-label'],
  // A notification-controller that is too old is no workload of the design: its Providers keep their PAT.
  targets: (design) =>
    fluxTargets(design, 'Provider').filter(({ consumer }) => workloadOf(consumer, fluxRoles.notification)),
  key: ({ namespace, name }) => `${namespace}/${name}`,
  title: ({ name }) => `Commit status by ${name} signs in as the identity`,
  observe: readObject,
  diff: (object, target) => judgeSignIn(object, target, undefined),
  async apply(context, target, object, progress) {
    const workload = workloadOf(target.consumer, fluxRoles.notification);
    if (!object || !workload) throw new Error('A target has its object and its controller');
    const { namespace } = target.consumer;
    const name = repositoryName(context.design, target.url);
    // A commit status needs Contribute, which only a push can be asked for without leaving one behind.
    const repository = { url: target.url, name, access: 'contribute' } as const;
    await proveAsWorkload(context, { namespace, serviceAccount: workload.serviceAccount }, repository, progress);
    return { detail: await writeSignIn(context, target, object, undefined) };
  },
  undo: { run: restoreSignIn },
  rights: ({ namespace, name }) => [
    { kind: 'kubernetes', right: 'patch providers.notification.toolkit.fluxcd.io', scope: namespace, name },
  ],
  render: (target, _design, _facts, object) => renderSignIn(target, object, undefined),
});
