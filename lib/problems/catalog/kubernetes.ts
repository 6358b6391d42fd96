import type { CatalogEntry } from './entry.ts';

/** The API server, injection into pods, and what Argo CD says. */
export const kubernetesProblems = {
  'kubernetes/forbidden': {
    title: 'You may not do this in the cluster',
    cause: 'The cluster’s own rules do not grant it to you.',
    remedy: 'Ask an owner of the namespace for the right, or hand the change over.',
    retryable: true,
  },
  'kubernetes/conflict': {
    title: 'Another tool owns this field',
    cause: 'Server-side apply found that another field manager set it. Patless never takes a field by force.',
    remedy: 'Make the change where that tool takes its values from, for example in Git or in the Helm values.',
  },
  'kubernetes/invalid': {
    title: 'The cluster refused the object as it was written',
    cause: 'Validation or an admission webhook rejected it.',
    remedy: 'Read the answer below; the webhook’s owner can say what it demands.',
  },
  'kubernetes/missing': {
    title: 'The object does not exist in the cluster',
    cause: 'It was there when the consumer was chosen and is not now.',
    remedy: 'Choose the consumer again in the Consumers step.',
  },
  'kubernetes/unreachable': {
    title: 'The cluster’s API server does not answer',
    cause: 'It is private, restarts, or its authorised networks do not contain this server.',
    remedy: 'Try again in a minute. A private cluster must be reached from its own network.',
    retryable: true,
  },
  'injection/label-missing': {
    title: 'The pod template lacks the workload identity label',
    cause: 'The webhook injects the token only into pods labelled azure.workload.identity/use: "true".',
    remedy: 'Set the label on the pod template. The pods restart one at a time.',
    fix: 'Set the label',
  },
  'injection/label-misplaced': {
    title: 'The workload identity label stands on the Deployment, not on its pods',
    cause: 'The webhook selects pods. A label on the Deployment itself has no effect.',
    remedy: 'Set the label on the pod template.',
    fix: 'Set the label',
  },
  'injection/pod-stale': {
    title: 'The running pod is older than its workload identity',
    cause: 'The webhook injects at creation. This pod was created before label or annotation were set.',
    remedy: 'Restart the Deployment.',
    fix: 'Restart the pods',
  },
  'injection/environment-missing': {
    title: 'The running pod lacks the workload identity variables',
    cause: 'The pod carries the label, but the webhook injected nothing.',
    remedy: 'Restart the Deployment. If it stays, look at the webhook in kube-system.',
    fix: 'Restart the pods',
  },
  'injection/client-secret': {
    title: 'A client secret in the pod wins over workload identity',
    cause: 'AZURE_CLIENT_SECRET is set, and the Azure SDK tries it first.',
    remedy: 'Remove the variable from the Deployment.',
  },
  'injection/service-account-differs': {
    title: 'The pods run as another service account than designed',
    cause: 'Credential and annotation are made for the service account of the design.',
    remedy: 'Choose the consumer again, so that the design follows what runs.',
  },
  'injection/not-running': {
    title: 'No pod of the workload is running',
    cause: 'The Deployment has no ready pod, so injection cannot be seen.',
    remedy: 'Look at the Deployment’s events, then check again.',
    retryable: true,
  },
  'injection/annotation-missing': {
    title: 'The service account does not name the identity',
    cause: 'Without the annotation azure.workload.identity/client-id the pod gets no AZURE_CLIENT_ID.',
    remedy: 'Annotate the service account with the identity’s client id, and restart the pods.',
    fix: 'Set the annotation',
  },
  'injection/annotation-differs': {
    title: 'The service account names another identity',
    cause: 'The annotation azure.workload.identity/client-id is not the client id of this connection’s identity.',
    remedy: 'Correct the annotation, and restart the pods.',
    fix: 'Correct the annotation',
  },
  'argocd/version-unsupported': {
    title: 'This Argo CD cannot use workload identity for Azure DevOps',
    cause: 'Before 3.0 the setting does not exist and is silently ignored.',
    remedy: 'Upgrade to 3.1.1 or newer.',
  },
  'argocd/version-fetch': {
    title: 'This Argo CD connects but cannot fetch',
    cause:
      'Before 3.0.13, and in 3.1.0, git fetch sends no token: the connection shows Successful while manifests fail.',
    remedy: 'Upgrade to 3.0.13, 3.1.1 or newer.',
  },
  'argocd/version-connect': {
    title: 'This Argo CD refuses to connect a repository by workload identity',
    cause: 'Before 3.0.7 the setting is not passed on when a repository is validated in its UI or CLI.',
    remedy: 'Upgrade to 3.0.13, 3.1.1 or newer.',
  },
  'argocd/version-token-cache': {
    title: 'This Argo CD keeps a token longer than it is valid',
    cause:
      'Before 3.0.6 a token is cached for two hours, so requests are sent to the sign-in page once it has expired.',
    remedy: 'Upgrade to 3.0.13, 3.1.1 or newer.',
  },
  'argocd/version-unknown': {
    title: 'The version of Argo CD is not known',
    cause: 'The image of the repo-server carries no version tag.',
    remedy: 'Make sure that it is 3.0.13, 3.1.1 or newer.',
  },
  'argocd/password-left': {
    title: 'The repository secret still holds a password',
    cause: 'Argo CD prefers a password over workload identity, so the old token is what it uses.',
    remedy: 'Remove the password and user name from the secret.',
    fix: 'Remove the password',
  },
  'argocd/flag-missing': {
    title: 'The repository secret does not ask for workload identity',
    cause: 'Argo CD uses workload identity only where useAzureWorkloadIdentity is the text "true".',
    remedy: 'Set the flag on the repository secret.',
    fix: 'Set the flag',
  },
  'argocd/no-secret': {
    title: 'Argo CD has no secret for this repository',
    cause: 'No repository or template of Argo CD matches the address, so it sends no credential.',
    remedy: 'Create the repository secret for exactly this form of the address.',
    fix: 'Create the secret',
  },
  'argocd/not-synced': {
    title: 'Argo CD reports an error for its applications',
    cause: 'The conditions of the Application carry an error that is not about access to Azure DevOps.',
    remedy: 'Read the condition below and look at the Application in Argo CD.',
    retryable: true,
  },
  'consumer/looks-again': {
    title: 'The consumer has not looked again since it failed',
    cause:
      'Argo CD compares its applications every three minutes, Flux at the interval of its objects; each keeps its last error until then.',
    remedy: 'Wait, or press Refresh in Argo CD or run flux reconcile, and check again.',
    retryable: true,
  },
  'argocd/sign-in-page': {
    title: 'Azure DevOps sent Argo CD to its sign-in page',
    cause:
      'The token of Argo CD was missing or expired, or the address of the repository is not the one of the secret.',
    remedy: 'Compare the address in the Application with the secret, and the version of Argo CD.',
  },
  'argocd/pat-only': {
    title: 'ApplicationSet generators for Azure DevOps still need a PAT',
    cause: 'The SCM-provider and pull-request generators of Argo CD accept a PAT only.',
    remedy: 'Use the git generator, or keep that PAT narrow and note its end.',
  },
  'argocd/template-shared': {
    title: 'Other repositories use the same credential template',
    cause: 'The identity cannot read them, so they would lose access when the password is removed.',
    remedy: 'Give the identity Read there too, or give those repositories a secret of their own.',
  },
} as const satisfies Record<string, CatalogEntry>;
