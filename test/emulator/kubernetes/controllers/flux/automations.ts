import type { ClusterObject } from '../../../core/world.ts';
import { GitError, listRefs, mayPush } from '../git-client.ts';
import { authorizationFor, type Controller, FluxError, type GitSpec } from './credentials.ts';
import { type Checkout, checkOutBranch } from './push.ts';
import { conditions, generationOf, requestedAt } from './status.ts';

interface AutomationSpec {
  readonly sourceRef: { readonly name: string; readonly namespace?: string };
  readonly git?: {
    readonly checkout?: { readonly ref: { readonly branch?: string } };
    readonly push?: { readonly branch?: string };
    readonly commit: { readonly messageTemplate?: string };
  };
  readonly update?: { readonly path?: string };
  readonly suspend?: boolean;
}
interface LatestRef {
  readonly name: string;
  readonly tag: string;
}
const manager = 'image-automation-controller';
const failed = (message: string) => new FluxError('GitOperationFailed', message);

/**
 * Image-automation-controller: brings the images that policies chose into the branch and pushes. Texts of version 1.2,
 * internal/controller/imageupdateautomation_controller.go. One file (`manifest.yaml` below the path) is looked at.
 */
export async function reconcileAutomation(controller: Controller, object: ClusterObject): Promise<void> {
  const { world, admin } = controller;
  const spec = object.spec as unknown as AutomationSpec;
  if (spec.suspend) return;
  const now = new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const done = { observedGeneration: generationOf(object), ...requestedAt(object), lastAutomationRunTime: now };
  let status: Record<string, unknown>;
  try {
    const pushed = await update(controller, object, spec);
    status = {
      ...done,
      ...(pushed ? { lastPushCommit: pushed, lastPushTime: now } : {}),
      conditions: conditions(object, now, [
        { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'repository up-to-date' },
      ]),
    };
  } catch (error) {
    if (!(error instanceof FluxError)) throw error;
    const { reason, message } = error;
    status = { ...done, conditions: conditions(object, now, [{ type: 'Ready', status: 'False', reason, message }]) };
  }
  await admin.putStatus({ ...object, status }, manager);
}

async function update(
  controller: Controller,
  object: ClusterObject,
  spec: AutomationSpec,
): Promise<string | undefined> {
  const { world, admin } = controller;
  const { namespace = '' } = object.metadata;
  const place = spec.sourceRef.namespace ?? namespace;
  const source = await admin.get('source.toolkit.fluxcd.io/v1', 'GitRepository', place, spec.sourceRef.name);
  if (!source)
    throw new FluxError(
      'SourceManagerFailed',
      `failed configuring source manager: failed to get source object: gitrepositories.source.toolkit.fluxcd.io "${spec.sourceRef.name}" not found`,
    );
  const git = source.spec as unknown as GitSpec;
  const authorization = await authorizationFor(controller, place, git).catch((error: unknown) => {
    throw error instanceof FluxError && !error.stalled
      ? new FluxError('SourceManagerFailed', `failed configuring source manager: ${error.message}`)
      : error;
  });
  const branch = spec.git?.checkout?.ref.branch ?? git.ref?.branch ?? 'master';
  await listRefs(world, git.url, authorization).catch((error: unknown) => {
    throw error instanceof GitError
      ? failed(`failed to checkout source: unable to clone '${git.url}': ${error.message}`)
      : error;
  });
  const policies = await latestImages(controller, namespace);
  if (policies.size === 0) return undefined;
  const checkout = await checkOutBranch(world, git.url, branch, authorization).catch((error: unknown) => {
    throw failed(`failed to checkout source: unable to clone '${git.url}': ${(error as Error).message}`);
  });
  try {
    return await pushImages(controller, checkout, spec, git.url, authorization, policies);
  } finally {
    await checkout.close();
  }
}

async function pushImages(
  { world }: Controller,
  checkout: Checkout,
  spec: AutomationSpec,
  url: string,
  authorization: string | undefined,
  policies: ReadonlyMap<string, LatestRef>,
): Promise<string | undefined> {
  const path = `${(spec.update?.path ?? '.').replace(/^\.?\/?/, '').replace(/\/$/, '')}/manifest.yaml`.replace(
    /^\//,
    '',
  );
  const text = await checkout.read(path);
  if (text === undefined) return undefined;
  const next = setImages(text, policies);
  if (next === text) return undefined;
  await mayPush(world, url, authorization).catch((error: unknown) => {
    throw error instanceof GitError ? failed(`failed to update source: ${error.message}`) : error;
  });
  const message = spec.git?.commit.messageTemplate ?? 'Update from image update automation';
  return checkout.commitAndPush(path, next, message).catch((error: unknown) => {
    throw failed(`failed to update source: ${(error as Error).message}`);
  });
}

/** The setter of a line: `image: name:tag # {"$imagepolicy": "namespace:policy"}`. */
function setImages(text: string, policies: ReadonlyMap<string, LatestRef>): string {
  return text.replace(
    /(image: )\S+( # \{"\$imagepolicy": "([^"]+)"\})/g,
    (line, start: string, end: string, policy: string) => {
      const latest = policies.get(policy);
      return latest ? `${start}${latest.name}:${latest.tag}${end}` : line;
    },
  );
}

async function latestImages({ admin }: Controller, namespace: string): Promise<ReadonlyMap<string, LatestRef>> {
  const policies = await admin.list('image.toolkit.fluxcd.io/v1', 'ImagePolicy', namespace);
  return new Map(
    policies.flatMap(({ metadata, status }) => {
      const latest = (status as { latestRef?: LatestRef } | undefined)?.latestRef;
      return latest ? [[`${namespace}:${metadata.name}`, latest] as const] : [];
    }),
  );
}
