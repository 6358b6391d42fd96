import { PatchStrategy } from '@kubernetes/client-node';
import { z } from 'zod';
import type { KubernetesObject } from '../../model/kubernetes.ts';
import type { Kubernetes } from '../../ports.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import type { KubernetesSession } from './session.ts';

export const fieldManager = 'patless';
export const pageSize = 500;
export const maximumPages = 100;

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
const listSchema = z.object({
  metadata: z.looseObject({ continue: z.string().optional() }).default({}),
  items: z.array(z.looseObject({})),
});

export async function getObject(
  session: KubernetesSession,
  { apiVersion, kind, namespace, name }: Parameters<Kubernetes['get']>[0],
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  try {
    return await session.call(`get ${kind}`, { signal }, async ({ objects, raw }) => {
      await objects.read({ apiVersion, kind, metadata: { name, namespace: namespace || undefined } });
      return objectSchema.parse(raw());
    });
  } catch (error) {
    if (error instanceof UpstreamError && error.kind === 'absent') return undefined;
    throw error;
  }
}

export function listObjects(
  session: KubernetesSession,
  { apiVersion, kind }: { apiVersion: string; kind: string },
  { namespace, labelSelector }: { namespace?: string; labelSelector?: string },
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  return session.call(`list ${kind}`, { signal }, async ({ objects, raw }) => {
    const found: KubernetesObject[] = [];
    let next: string | undefined;
    for (let page = 0; page < maximumPages; page += 1) {
      const unused = undefined;
      await objects.list(apiVersion, kind, namespace, unused, unused, unused, unused, labelSelector, pageSize, next);
      const list = listSchema.parse(raw());
      // Items of built-in kinds come without their own apiVersion and kind.
      found.push(...list.items.map((item) => objectSchema.parse({ apiVersion, kind, ...item })));
      next = list.metadata.continue;
      if (!next) break;
    }
    return found;
  });
}

/** Never forced: a field that somebody else manages stays theirs, and the conflict says whose it is. */
export function applyObject(
  session: KubernetesSession,
  object: Parameters<Kubernetes['apply']>[0],
  dryRun: boolean,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const { creationTimestamp: _time, managedFields: _managed, ...metadata } = object.metadata;
  const operation = dryRun ? `try to apply ${object.kind}` : `apply ${object.kind}`;
  return session.call(operation, { signal, write: !dryRun }, async ({ objects, raw }) => {
    const patch = {
      ...object,
      metadata: { ...metadata, labels: copy(metadata.labels), annotations: copy(metadata.annotations) },
    };
    await objects.patch(
      patch,
      undefined,
      dryRun ? 'All' : undefined,
      fieldManager,
      false,
      PatchStrategy.ServerSideApply,
    );
    return objectSchema.parse(raw());
  });
}

export async function removeField(
  session: KubernetesSession,
  { apiVersion, kind, namespace, name }: Parameters<Kubernetes['removeField']>[0],
  { path, value }: Parameters<Kubernetes['removeField']>[1],
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const operation = `remove a field of ${kind}`;
  const pointer = path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const patch = [
    { op: 'test', path: pointer, value },
    { op: 'remove', path: pointer },
  ];
  try {
    return await session.call(operation, { signal, write: true }, async ({ objects, raw }) => {
      await objects.patchJson({ apiVersion, kind, metadata: { name, namespace } }, patch, fieldManager);
      return objectSchema.parse(raw());
    });
  } catch (error) {
    // A failed test is answered as an invalid request (422); nothing else of this patch can be invalid.
    if (!(error instanceof UpstreamError) || error.kind !== 'invalid') throw error;
    const { service, status, correlationId, message } = error;
    throw new UpstreamError({
      service,
      operation,
      kind: 'conflict',
      code: 'Conflict',
      message,
      ...(status ? { status } : {}),
      ...(correlationId ? { correlationId } : {}),
    });
  }
}

function copy(map: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  return map && { ...map };
}
