import type { EmulatorRequest } from '../../core/service.ts';
import type { ClusterObject } from '../../core/world.ts';
import type { ResourceType } from './resources.ts';
import { refuse, statusBody } from './status.ts';
import type { ObjectStore, StoredEvent } from './store.ts';

const longestWatchMs = 10 * 60_000;

/** Writes events to the raw response until the client leaves, time is up or the server stops. */
export function watch(
  request: EmulatorRequest,
  store: ObjectStore,
  type: ResourceType,
  namespace: string | undefined,
  matches: (object: ClusterObject) => boolean,
  open: Set<() => void>,
): void {
  const { response } = request.raw;
  const from = request.query.get('resourceVersion') ?? '';
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  // A quiet watch must look open: clients wait for the headers.
  response.flushHeaders();
  const line = (kind: string, object: unknown) => response.write(`${JSON.stringify({ type: kind, object })}\n`);
  const seen = new Set<string>();
  const send = ({ type: kind, object }: Pick<StoredEvent, 'type' | 'object'>) => {
    if (namespace && object.metadata.namespace !== namespace) return;
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    // An object that leaves the selection is a deletion to this watcher, and one that enters it an addition.
    if (kind === 'DELETED' || !matches(object)) {
      if (kind === 'DELETED' ? matches(object) : seen.has(key)) line('DELETED', object);
      seen.delete(key);
      return;
    }
    line(kind === 'MODIFIED' && !seen.has(key) && from === '' ? 'ADDED' : kind, object);
    seen.add(key);
  };
  if (from === '' || from === '0') for (const object of store.list(type, namespace)) send({ type: 'ADDED', object });
  else {
    for (const object of store.list(type, namespace))
      if (matches(object)) seen.add(`${object.metadata.namespace ?? ''}/${object.metadata.name}`);
    const missed = store.events(type, Number(from));
    if (missed === 'expired') {
      line('ERROR', statusBody(refuse.expired(from, store.version())));
      response.end();
      return;
    }
    for (const event of missed) send(event);
  }
  const unsubscribe = store.subscribe(type, send);
  const seconds = Number(request.query.get('timeoutSeconds'));
  const timer = setTimeout(
    () => response.end(),
    seconds > 0 ? Math.min(seconds * 1000, longestWatchMs) : longestWatchMs,
  );
  const end = () => response.end();
  open.add(end);
  response.on('close', () => {
    clearTimeout(timer);
    unsubscribe();
    open.delete(end);
  });
}
