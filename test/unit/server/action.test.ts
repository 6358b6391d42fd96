import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { makeProblem } from '../../../lib/problems/make-problem.ts';
import { ProblemError } from '../../../lib/problems/problem.ts';

class Redirect extends Error {
  readonly digest = 'NEXT_REDIRECT';
  readonly href: string;
  constructor(href: string) {
    super(href);
    this.href = href;
  }
}
const state = vi.hoisted(() => ({
  headers: new Headers(),
  session: undefined as undefined | { id: string; person: object },
  audit: [] as { action: string; outcome: string; target?: string }[],
  auditFails: false,
  revalidated: [] as string[],
}));
vi.mock('next/headers', () => ({
  headers: async () => state.headers,
  cookies: async () => ({ get: () => ({ value: 'cookie' }), set: () => {} }),
}));
vi.mock('next/navigation', () => ({
  redirect: (href: string) => {
    throw new Redirect(href);
  },
  unstable_rethrow: (error: unknown) => {
    if (error instanceof Redirect) throw error;
  },
}));
vi.mock('next/cache', () => ({ revalidatePath: (path: string) => state.revalidated.push(path) }));
vi.mock('../../../lib/server/env.ts', () => ({
  env: () => ({
    appOrigin: 'https://patless.contoso.example',
    secureCookies: true,
    sessionIdleMs: 1_000,
    logLevel: 'silent',
  }),
}));
vi.mock('../../../lib/server/services.ts', () => ({
  services: async () => ({
    store: {
      sessions: { find: async () => state.session },
      audit: {
        append: async (entry: { action: string; outcome: string }) => {
          if (state.auditFails) throw new Error('disk full');
          state.audit.push(entry);
        },
      },
    },
    portsFor: () => ({}),
  }),
}));

const { defineAction } = await import('../../../lib/server/action.ts');

const person = (roles: string[]) => ({
  id: 's',
  person: { oid: 'o', tid: 't', name: 'Ada Contoso', upn: 'ada@contoso.example', roles },
});
const ran = vi.fn();
const save = defineAction({
  input: z.object({
    name: z.string().min(3, 'Too short.'),
    repositories: z.array(z.object({ id: z.guid('Not an id.') })).default([]),
  }),
  role: 'Operator',
  audit: 'connection.save',
  target: ({ name }) => name,
  async authorise({ input }) {
    if (input.name === 'foreign') throw new ProblemError(makeProblem('app/foreign'));
    return 7;
  },
  async run({ input, target }) {
    ran(input.name, target);
    if (input.name === 'stale') return { ok: false, problem: makeProblem('app/changed-meanwhile') };
    if (input.name === 'bug') throw new TypeError('x is undefined');
    return { ok: true, value: input.name };
  },
  revalidate: () => ['/'],
});
const form = (values: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};
const outcomes = () => state.audit.map(({ outcome }) => outcome);

describe('an action', () => {
  beforeEach(() => {
    Object.assign(state, { session: person(['Operator']), audit: [], auditFails: false, revalidated: [] });
    state.headers = new Headers({
      origin: 'https://patless.contoso.example',
      'x-patless-path': '/connections/1/cluster',
    });
    ran.mockClear();
  });

  it('journals the intent before it runs and the outcome after it', async () => {
    expect(await save(undefined, form({ name: 'checkout' }))).toEqual({ status: 'ok', value: 'checkout' });
    expect(ran).toHaveBeenCalledWith('checkout', 7);
    expect(state.audit).toMatchObject([
      { action: 'connection.save', target: 'checkout', outcome: 'started' },
      { action: 'connection.save', target: 'checkout', outcome: 'ok' },
    ]);
    expect(state.revalidated).toEqual(['/']);
  });
  it('does nothing when the intent cannot be journalled', async () => {
    state.auditFails = true;
    await expect(save(undefined, form({ name: 'checkout' }))).rejects.toThrow('disk full');
    expect(ran).not.toHaveBeenCalled();
  });
  it('leads to the sign-in and back to the page when nobody is signed in', async () => {
    state.session = undefined;
    await expect(save(undefined, form({ name: 'checkout' }))).rejects.toMatchObject({
      href: '/sign-in?returnTo=%2Fconnections%2F1%2Fcluster',
    });
  });
  it.each([[['Auditor']], [['Viewer']]])('refuses the role %s and journals the attempt', async (roles) => {
    state.session = person(roles);
    const answer = await save(undefined, form({ name: 'checkout' }));
    expect(answer).toMatchObject({ status: 'problem', problem: { code: 'app/role-missing' } });
    expect(outcomes()).toEqual(['app/role-missing']);
    expect(ran).not.toHaveBeenCalled();
  });
  it('leads somebody without any role to the page that explains it', async () => {
    state.session = person([]);
    await expect(save(undefined, form({ name: 'checkout' }))).rejects.toMatchObject({ href: '/no-role' });
  });
  it.each([undefined, 'null', 'https://evil.example'])('refuses a post from origin %s', async (origin) => {
    state.headers = new Headers(origin ? { origin } : {});
    const answer = await save(undefined, form({ name: 'checkout' }));
    expect(answer.problem?.code).toBe('app/origin-refused');
    expect(ran).not.toHaveBeenCalled();
  });
  it('names invalid fields as the form does and gives back what was typed, but for secrets', async () => {
    const answer = await save(undefined, form({ name: 'x', 'repositories.0.id': 'none', password: 'canary' }));
    expect(answer).toEqual({
      status: 'invalid',
      fieldErrors: { name: ['Too short.'], 'repositories.0.id': ['Not an id.'] },
      values: { name: ['x'], 'repositories.0.id': ['none'] },
    });
    expect(state.audit).toEqual([]);
  });
  it('refuses what the loaded object forbids before it runs', async () => {
    const answer = await save(undefined, form({ name: 'foreign' }));
    expect(answer.problem?.code).toBe('app/foreign');
    expect(outcomes()).toEqual(['app/foreign']);
    expect(ran).not.toHaveBeenCalled();
  });
  it('answers a problem with its catalogued text and journals its code', async () => {
    expect((await save(undefined, form({ name: 'stale' }))).problem?.code).toBe('app/changed-meanwhile');
    expect(outcomes()).toEqual(['started', 'app/changed-meanwhile']);
    expect(state.revalidated).toEqual([]);
  });
  it('lets a bug reach the error page, journalled as an error', async () => {
    await expect(save(undefined, form({ name: 'bug' }))).rejects.toThrow(TypeError);
    expect(outcomes()).toEqual(['started', 'error']);
  });
  it('redirects last', async () => {
    const next = defineAction({
      input: z.object({}),
      role: 'Viewer',
      audit: 'x',
      run: async () => ({ ok: true, value: '/runs/1' }),
      next: (value) => value,
    });
    await expect(next(undefined, form({}))).rejects.toMatchObject({ href: '/runs/1' });
    expect(outcomes()).toEqual(['started', 'ok']);
  });
});
