import { type FluxObjectKind, type FluxTarget, fluxObjects, kustomizationOf } from '../model/flux.ts';
import { type KubernetesObject, keeperOf } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { blocked, type ChangeContext } from './change.ts';
import { kustomizeOperations } from './kustomize-patch.ts';
import { shellQuote } from './quote.ts';

/** The name of the secret that Flux used before, so that the way back is known. A name, never a value. */
export const formerSecret = 'patless/secret-ref';

export const apiVersionOf = (kind: FluxObjectKind) => fluxObjects[kind][0];

export interface SignIn {
  readonly provider?: string;
  readonly secretRef?: { readonly name: string };
  readonly serviceAccountName?: string;
}

export async function readObject(
  { ports, design, signal }: ChangeContext,
  { kind, namespace, name }: FluxTarget,
): Promise<KubernetesObject | undefined> {
  const kubernetes = await ports.kubernetes(design.cluster);
  return kubernetes.get({ apiVersion: apiVersionOf(kind), kind, namespace, name }, signal);
}

/**
 * What has to become of an object's sign-in. A field that somebody applies from Git would come back, so it is left to them and said;
 * Flux overwrites what such a secret holds as soon as the provider is `azure`.
 */
export function judgeSignIn(object: KubernetesObject | undefined, target: FluxTarget, wanted: 'azure' | undefined) {
  if (!object)
    return blocked(
      makeProblem('kubernetes/missing', { title: `${target.kind} ${target.namespace}/${target.name} does not exist` }),
    );
  const { provider, secretRef, serviceAccountName } = (object.spec ?? {}) as SignIn;
  // Its own account was proved by nobody here; taking its secret away could cut it off.
  if (serviceAccountName)
    return { state: 'right' as const, how: `Signs in as its own service account ${serviceAccountName}` };
  const fields: FieldChange[] = [];
  if (wanted && provider !== wanted) {
    const keeper = keeperOf(object, 'spec', 'provider');
    if (keeper)
      return blocked(
        makeProblem('flux/kept-by-git', {
          title: `${keeper} sets the provider of ${target.kind} ${target.name} to ${provider}`,
          evidence: [{ label: 'spec.provider', expected: wanted, seen: provider ?? '', seenIn: `kept by ${keeper}` }],
        }),
      );
    fields.push({ field: 'spec.provider', ...(provider ? { old: provider } : {}), new: wanted });
  }
  const keeper = secretRef && keeperOf(object, 'spec', 'secretRef');
  if (secretRef && !keeper) fields.push({ field: 'spec.secretRef', old: secretRef.name, new: 'removed' });
  const left = keeper
    ? ` ${keeper} brings secretRef back from Git: take it out there, as under Kustomize. Until then keep the secret.`
    : '';
  if (fields.length === 0) return { state: 'right' as const, how: `Signs in as the identity.${left}` };
  return {
    state: 'update' as const,
    fields,
    note: `Last, and only after the chain was proved as the workload. The secret itself stays.${left}`,
  };
}

/** Whether the secret is this object's to lose: somebody who applies it would only bring it back. */
export function removableSecret(object: KubernetesObject): string | undefined {
  const { secretRef } = (object.spec ?? {}) as SignIn;
  return secretRef && !keeperOf(object, 'spec', 'secretRef') ? secretRef.name : undefined;
}

/** Writes the provider, remembers the secret's name and takes the reference out, provided that nothing moved in between. */
export async function writeSignIn(
  { ports, design, signal }: ChangeContext,
  { kind, namespace, name }: FluxTarget,
  object: KubernetesObject,
  provider: 'azure' | undefined,
): Promise<string> {
  const kubernetes = await ports.kubernetes(design.cluster);
  const secret = removableSecret(object);
  const { provider: now } = (object.spec ?? {}) as SignIn;
  const former = object.metadata.annotations?.[formerSecret] ?? secret;
  const ref = { apiVersion: apiVersionOf(kind), kind, namespace, name };
  // Whoever wrote another value once still owns the field, and an apply that is not forced would be refused.
  if (provider && now && now !== provider)
    await kubernetes.removeField(ref, { path: ['spec', 'provider'], value: now }, signal);
  await kubernetes.apply(
    {
      apiVersion: apiVersionOf(kind),
      kind,
      metadata: { name, namespace, ...(former ? { annotations: { [formerSecret]: former } } : {}) },
      // Somebody else's equal value is left to them: two owners of one field would both have to let go of it.
      ...(provider && (now !== provider || !keeperOf(object, 'spec', 'provider')) ? { spec: { provider } } : {}),
    },
    signal,
  );
  if (!secret) return 'Signs in as the identity';
  await kubernetes.removeField(ref, { path: ['spec', 'secretRef'], value: { name: secret } }, signal);
  return `Signs in as the identity; no longer refers to the secret ${secret}`;
}

/** Back to the secret that stood there before: Patless gives up its fields, and the reference is written again. */
export async function restoreSignIn(context: ChangeContext, target: FluxTarget): Promise<void> {
  const object = await readObject(context, target);
  const former = object?.metadata.annotations?.[formerSecret];
  if (!former) return;
  const kubernetes = await context.ports.kubernetes(context.design.cluster);
  await kubernetes.apply(
    {
      apiVersion: apiVersionOf(target.kind),
      kind: target.kind,
      metadata: { name: target.name, namespace: target.namespace },
      spec: { secretRef: { name: former } },
    },
    context.signal,
  );
}

/** The same by hand: live, and where the object comes from Git as a patch of its kustomization. */
export function renderSignIn(
  { kind, namespace, name }: FluxTarget,
  object: KubernetesObject | undefined,
  provider: 'azure' | undefined,
) {
  const { secretRef } = (object?.spec ?? {}) as SignIn;
  const patch = JSON.stringify({
    spec: { ...(provider ? { provider } : {}), ...(secretRef ? { secretRef: null } : {}) },
  });
  const resource = `${kind.toLowerCase()}.${apiVersionOf(kind).split('/')[0]}/${name}`;
  const kept = kustomizationOf(object?.metadata.labels);
  const operations = [
    ...(provider ? [{ op: 'add', path: '/spec/provider', value: provider }] : []),
    ...(secretRef ? [{ op: 'remove', path: '/spec/secretRef' }] : []),
  ];
  return {
    kubectl: `kubectl patch ${shellQuote(resource)} --namespace ${shellQuote(namespace)} \\\n  --type merge --patch ${shellQuote(patch)}`,
    ...(kept && operations.length > 0
      ? { kustomize: kustomizeOperations(kept, { kind, name, namespace }, operations) }
      : {}),
  };
}
