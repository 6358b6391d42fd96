import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, percentile } from '../../bench/benchmark.ts';
import { criticalPath, type Task } from '../../bench/critical-path.ts';

const task = (id: string, ms: number, ...needs: string[]): Task => ({ id, ms, needs });

describe('the critical path', () => {
  test('of nothing takes no time', () => {
    expect(criticalPath([])).toEqual({ ms: 0, path: [] });
  });

  test('of work side by side is the longest piece', () => {
    expect(criticalPath([task('a', 30), task('b', 70), task('c', 50)])).toEqual({ ms: 70, path: ['b'] });
  });

  test('of a chain is its sum', () => {
    expect(criticalPath([task('a', 30), task('b', 70, 'a'), task('c', 50, 'b')])).toEqual({
      ms: 150,
      path: ['a', 'b', 'c'],
    });
  });

  test('goes through the slower of two needs, in whatever order the tasks are listed', () => {
    const tasks = [task('end', 5, 'fast', 'slow'), task('slow', 40, 'root'), task('fast', 10, 'root'), task('root', 1)];
    expect(criticalPath(tasks)).toEqual({ ms: 46, path: ['root', 'slow', 'end'] });
  });

  test('waits for the lane, and only as long as it is held', () => {
    const laned = (id: string, ms: number, heldMs: number, ...needs: string[]): Task => ({
      ...task(id, ms, ...needs),
      lane: { key: 'identity', heldMs },
    });
    const tasks = [task('identity', 10), laned('one', 100, 20, 'identity'), laned('two', 100, 20, 'identity')];
    expect(criticalPath(tasks)).toEqual({ ms: 130, path: ['identity', 'one', 'two'] });
    expect(criticalPath([laned('one', 100, 100), laned('two', 100, 100)])).toMatchObject({ ms: 200 });
    expect(
      criticalPath([laned('one', 100, 100), { ...task('two', 100), lane: { key: 'other', heldMs: 100 } }]),
    ).toEqual({ ms: 100, path: ['one'] });
  });

  test('of a circle, of a stranger and of twins is refused', () => {
    expect(() => criticalPath([task('a', 1, 'b'), task('b', 1, 'a')])).toThrow('needs itself');
    expect(() => criticalPath([task('a', 1, 'nobody')])).toThrow('No task nobody');
    expect(() => criticalPath([task('a', 1), task('a', 2)])).toThrow('same id');
  });

  test('lies between the longest task and the sum, and its tasks add up to it', () => {
    const graphs = fc.array(fc.tuple(fc.nat(1_000), fc.array(fc.nat(9), { maxLength: 3 })), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(graphs, (rows) => {
        // A need points backwards only, so that there is no circle.
        const tasks = rows.map(([ms, needs], index) =>
          task(`t${index}`, ms, ...[...new Set(needs.filter((need) => need < index))].map((need) => `t${need}`)),
        );
        const { ms, path } = criticalPath(tasks);
        expect(ms).toBeGreaterThanOrEqual(Math.max(...tasks.map((each) => each.ms)));
        expect(ms).toBeLessThanOrEqual(tasks.reduce((sum, each) => sum + each.ms, 0));
        expect(tasks.filter(({ id }) => path.includes(id)).reduce((sum, each) => sum + each.ms, 0)).toBe(ms);
      }),
    );
  });
});

test('percentiles are values that were measured', () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2);
  expect(
    percentile(
      Array.from({ length: 200 }, (_, index) => index + 1),
      95,
    ),
  ).toBe(190);
  expect(percentile([7], 95)).toBe(7);
  expect(() => median([])).toThrow('nothing was measured');
});
