import { parse as parseYaml } from 'yaml';
import type { EmulatorRequest } from '../../core/service.ts';
import type { ClusterObject } from '../../core/world.ts';
import { isRecord } from './fields.ts';
import type { WriteOptions } from './operations.ts';
import { apiVersionOf, type ResourceType } from './resources.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import { refuse } from './status.ts';
import type { ObjectStore } from './store.ts';

export function writeOptions(request: EmulatorRequest, subresource: string | undefined): WriteOptions {
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  const dryRun = request.query.get('dryRun');
  if (dryRun && dryRun !== 'All')
    throw refuse.badRequest(`dryRun: Unsupported value: "${dryRun}": supported values: "All"`);
  return {
    manager: request.query.get('fieldManager') || agent,
    subresource,
    dryRun: dryRun === 'All',
    force: ['true', '1'].includes(request.query.get('force') ?? ''),
  };
}

export function listOf(
  request: EmulatorRequest,
  store: ObjectStore,
  type: ResourceType,
  namespace: string | undefined,
): unknown {
  const label = labelSelector(request.query.get('labelSelector'));
  const field = fieldSelector(request.query.get('fieldSelector'));
  const found = store.list(type, namespace).filter((object) => label(object) && field(object));
  const limit = Number(request.query.get('limit')) || found.length;
  const offset = Number(Buffer.from(request.query.get('continue') ?? '', 'base64').toString()) || 0;
  const page = found.slice(offset, offset + limit);
  const remaining = found.length - offset - page.length;
  return {
    kind: `${type.kind}List`,
    apiVersion: apiVersionOf(type),
    metadata: {
      resourceVersion: store.version(),
      ...(remaining > 0
        ? { continue: Buffer.from(String(offset + limit)).toString('base64'), remainingItemCount: remaining }
        : {}),
    },
    // Items of a built-in list carry no kind of their own; those of custom resources do.
    items: type.schema ? page : page.map(({ apiVersion: _, kind: __, ...item }) => item),
  };
}

export function anyBody(request: EmulatorRequest): unknown {
  const text = request.body.toString('utf8');
  try {
    return /yaml/.test(request.headers['content-type'] ?? '') ? parseYaml(text) : JSON.parse(text || 'null');
  } catch (error) {
    throw refuse.badRequest(`error decoding body: ${error instanceof Error ? error.message : String(error)}`);
  }
}
export function objectBody(request: EmulatorRequest): ClusterObject {
  const body = anyBody(request);
  if (!isRecord(body)) throw refuse.badRequest('the object provided is unrecognized: no object in the body');
  return body as ClusterObject;
}
