import { entraState } from '../entra/state.ts';
import { reconcile } from '../kubernetes/controllers/index.ts';
import { scenarios } from '../scenarios/index.ts';
import { controlPage } from './control-page.ts';
import type { Fault } from './faults.ts';
import { type EmulatorRequest, type EmulatorResponse, json, parseJson, type Service } from './service.ts';
import { snapshot } from './snapshot.ts';
import type { Timing, World } from './world.ts';

/** The way for tests and people to look into the world and to disturb it, under `/_emulator/` on both ports. */
export function createControlService(emulator: { reset(): Promise<void> }): Service {
  const root = '/_emulator';
  return {
    name: 'control',
    hosts: [],
    routes: [
      {
        method: 'GET',
        path: root,
        operation: 'page.get',
        handle: (request, world) => controlPage(world, request.query.get('said') ?? ''),
      },
      {
        method: 'GET',
        path: `${root}/state`,
        operation: 'state.get',
        handle: (_, world) => json(200, snapshot(world)),
      },
      {
        method: 'GET',
        path: `${root}/ledger`,
        operation: 'ledger.get',
        handle: (_, world) => json(200, { entries: world.ledger.entries() }),
      },
      {
        method: 'DELETE',
        path: `${root}/ledger`,
        operation: 'ledger.clear',
        handle: (_, world) => done(world.ledger.clear),
      },
      { method: 'POST', path: `${root}/faults`, operation: 'faults.add', handle: addFaults },
      {
        method: 'DELETE',
        path: `${root}/faults`,
        operation: 'faults.clear',
        handle: (_, world) => done(world.faults.clear),
      },
      { method: 'GET', path: `${root}/scenarios`, operation: 'scenarios.list', handle: listScenarios },
      { method: 'POST', path: `${root}/scenarios/:name`, operation: 'scenarios.apply', handle: applyScenario },
      { method: 'POST', path: `${root}/people/:upn`, operation: 'people.change', handle: changePerson },
      { method: 'POST', path: `${root}/clock/advance`, operation: 'clock.advance', handle: advanceClock },
      { method: 'POST', path: `${root}/timing`, operation: 'timing.set', handle: setTiming },
      { method: 'POST', path: `${root}/reconcile`, operation: 'controllers.reconcile', handle: reconcileNow },
      { method: 'POST', path: `${root}/reset`, operation: 'world.reset', handle: reset },
    ],
    unknown: (request) => json(404, { error: `no such control: ${request.method} ${request.path}` }),
  };

  async function reset(request: EmulatorRequest): Promise<EmulatorResponse> {
    await emulator.reset();
    return answer(request, 'The world is as it was at the start.');
  }
}

function done(change: () => void): EmulatorResponse {
  change();
  return { status: 204 };
}
const refuse = (reason: string) => json(400, { error: reason });

/** A person on the control page wants the page again; a program wants the sentence. */
function answer(request: EmulatorRequest, said: string): EmulatorResponse {
  if (!request.headers.accept?.includes('text/html')) return json(200, { said });
  return { status: 303, headers: { location: `/_emulator/?said=${encodeURIComponent(said)}` } };
}

async function reconcileNow(request: EmulatorRequest, world: World): Promise<EmulatorResponse> {
  await reconcile(world);
  return answer(request, 'Every controller has acted once.');
}

function addFaults(request: EmulatorRequest, world: World): EmulatorResponse {
  const body = parseJson<Fault | Fault[]>(request);
  const faults = body === undefined ? [] : [body].flat();
  const types = ['status', 'delay', 'reset', 'claims', 'aadsts'];
  const valid = faults.every(
    ({ service, operation, action }) =>
      typeof service === 'string' && typeof operation === 'string' && types.includes(action?.type),
  );
  if (faults.length === 0 || !valid) {
    return refuse(`a fault is {service, operation, nth?, times?, action: {type: ${types.join(' | ')}, …}}`);
  }
  for (const fault of faults) world.faults.add(fault);
  return json(200, { added: faults.length });
}

function listScenarios(): EmulatorResponse {
  return json(200, { scenarios: scenarios.map(({ name, title, about }) => ({ name, title, about })) });
}

async function applyScenario(request: EmulatorRequest, world: World): Promise<EmulatorResponse> {
  const scenario = scenarios.find(({ name }) => name === request.params.name);
  if (!scenario) return json(404, { error: `no scenario ${request.params.name}` });
  try {
    return answer(request, await scenario.apply(world, { cluster: request.query.get('cluster') ?? undefined }));
  } catch (error) {
    return json(409, { error: error instanceof Error ? error.message : String(error) });
  }
}

interface PersonChange {
  readonly roles?: string[];
  /** Claims that the next silent token request is refused with (50076), or null to stop. */
  readonly stepUp?: string | null;
  /** Kills every refresh token issued so far (700082). */
  readonly expireRefreshTokens?: boolean;
  /** Takes all consents back (65001). */
  readonly forgetConsents?: boolean;
}

function changePerson(request: EmulatorRequest, world: World): EmulatorResponse {
  const change = parseJson<PersonChange>(request);
  const tenant = world.directory.tenants.find(({ users }) => users.some(({ upn }) => upn === request.params.upn));
  const user = tenant?.users.find(({ upn }) => upn === request.params.upn);
  if (!tenant || !user) return json(404, { error: `nobody is called ${request.params.upn}` });
  if (!change) return refuse('a change is {roles?, stepUp?, expireRefreshTokens?, forgetConsents?}');
  const entra = entraState(world);
  if (change.roles) user.roles = change.roles;
  if (change.stepUp) entra.stepUps.set(user.oid, change.stepUp);
  if (change.stepUp === null) entra.stepUps.delete(user.oid);
  if (change.expireRefreshTokens) entra.refreshDeadline.set(user.oid, world.clock.now());
  if (change.forgetConsents) for (const application of tenant.applications) application.consents.delete(user.oid);
  return { status: 204 };
}

function advanceClock(request: EmulatorRequest, world: World): EmulatorResponse {
  const ms = parseJson<{ ms?: number }>(request)?.ms;
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) return refuse('clock/advance takes {ms}, not negative');
  world.clock.advance(ms);
  return json(200, { now: new Date(world.clock.now()).toISOString() });
}

function setTiming(request: EmulatorRequest, world: World): EmulatorResponse {
  const change = parseJson<Partial<Timing>>(request);
  const bad = Object.entries(change ?? {}).filter(
    ([name, value]) => !(name in world.timing) || typeof value !== 'number' || !(value >= 0),
  );
  if (!change || bad.length > 0) return refuse(`timing takes ${Object.keys(world.timing).join(', ')} in ms`);
  Object.assign(world.timing, change);
  return json(200, world.timing);
}
