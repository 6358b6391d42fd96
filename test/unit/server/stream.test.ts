import { describe, expect, it } from 'vitest';
import { nextNotice, notify } from '../../../lib/server/notify.ts';
import { eventStream, type StreamOptions } from '../../../lib/server/stream.ts';

interface Event {
  readonly seq: number;
  readonly type: string;
}
function source() {
  const events: Event[] = [];
  const reads: number[] = [];
  return {
    reads,
    add(type: string) {
      events.push({ seq: events.length + 1, type });
      notify('run-1');
    },
    options: (more: Partial<StreamOptions<Event>> = {}): StreamOptions<Event> => ({
      id: 'run-1',
      after: 0,
      signal: new AbortController().signal,
      async read(after) {
        reads.push(after);
        return events.filter(({ seq }) => seq > after);
      },
      isLast: ({ type }) => type === 'run-end',
      mayRead: async () => true,
      ...more,
    }),
  };
}
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

describe('a stream of events', () => {
  it('carries what comes while it is open and ends with the last event', async () => {
    const { add, options } = source();
    add('run-start');
    const text = eventStream(options({ pollMs: 5_000 })).text();
    setTimeout(() => add('change-start'), 20);
    setTimeout(() => add('run-end'), 40);
    const began = Date.now();
    expect(linesOf(await text).map((line) => JSON.parse(line).type)).toEqual(['run-start', 'change-start', 'run-end']);
    // By notice, not by poll.
    expect(Date.now() - began).toBeLessThan(2_000);
  });
  it('goes on after the event that the reader named', async () => {
    const { add, options } = source();
    for (const type of ['run-start', 'change-start', 'run-end']) add(type);
    expect(linesOf(await eventStream(options({ after: 1 })).text()).map((line) => JSON.parse(line).seq)).toEqual([
      2, 3,
    ]);
  });
  it('finds by polling what another replica wrote', async () => {
    const { options } = source();
    const late: Event[] = [];
    setTimeout(() => late.push({ seq: 1, type: 'run-end' }), 30);
    const text = await eventStream(
      options({ pollMs: 10, read: async (after) => late.filter(({ seq }) => seq > after) }),
    ).text();
    expect(linesOf(text)).toHaveLength(1);
  });
  it('stops reading when the reader leaves', async () => {
    const { options, reads } = source();
    const controller = new AbortController();
    const text = eventStream(options({ signal: controller.signal, pollMs: 5 })).text();
    setTimeout(() => controller.abort(), 30);
    await text;
    const count = reads.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(reads.length).toBe(count);
  });
  it('ends at the heartbeat after the reader lost the right to read', async () => {
    const { options } = source();
    let allowed = 2;
    const text = await eventStream(
      options({
        pollMs: 5,
        heartbeatMs: 10,
        async mayRead() {
          allowed -= 1;
          return allowed > 0;
        },
      }),
    ).text();
    expect(text).toBe('\n\n');
  });
  it('ends after its longest time', async () => {
    const { options } = source();
    expect(linesOf(await eventStream(options({ pollMs: 5, maxMs: 30 })).text())).toEqual([]);
  });
  it('says that nothing on the way may keep or transform it', () => {
    const { headers } = eventStream(source().options({ maxMs: 0 }));
    expect(headers.get('content-type')).toMatch(/ndjson/);
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
  });
});

it('waits no longer than it was told to', async () => {
  const began = Date.now();
  await nextNotice('nobody', 20, new AbortController().signal);
  expect(Date.now() - began).toBeLessThan(1_000);
});
