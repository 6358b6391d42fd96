import pLimit from 'p-limit';
import type { DevopsGroupHeld, DevopsPlace, NotVisible, Read } from '../model/audit.ts';
import type { Entitlement, Organization, OrganizationGroup } from '../model/devops.ts';
import type { Ports } from '../ports.ts';
import { diagnose } from '../problems/diagnose.ts';
import { UpstreamError } from '../problems/upstream-error.ts';

const organizationsSideBySide = 4;
const membersSideBySide = 6;

export interface DevopsFacts {
  /** Organisations whose members could be listed. */
  readonly organizations: readonly string[];
  /** When each answered; the newest. */
  readonly at: string;
  /** Principal id, lower-case → its places. */
  readonly places: ReadonlyMap<string, readonly DevopsPlace[]>;
  /** Why nothing could be asked at all. */
  readonly unread?: string;
}

/** Which identities of this tenant are members where, with licence and groups, as the reader sees it. */
export async function readDevops(
  ports: Ports,
  tenantId: string,
  principals: ReadonlySet<string>,
  progress: (done: number, total: number) => void,
  missing: (missing: NotVisible) => void,
  signal: AbortSignal,
): Promise<DevopsFacts> {
  const now = () => ports.clock.now().toISOString();
  const places = new Map<string, DevopsPlace[]>();
  const read: string[] = [];
  let all: readonly Organization[];
  try {
    all = await ports.devops.listOrganizations(signal);
  } catch (error) {
    const problem = visible(error, signal);
    missing({ what: 'Azure DevOps organisations', problem });
    return { organizations: [], at: now(), places, unread: problem.title };
  }
  // An identity can be a member only where the organisation is backed by its own tenant.
  const own = all.filter((organization) => organization.tenantId?.toLowerCase() === tenantId.toLowerCase());
  const limit = pLimit(organizationsSideBySide);
  let done = 0;
  await Promise.all(
    own.map(({ name }) =>
      limit(async () => {
        try {
          for (const [principal, place] of await readOrganization(ports, name, principals, signal))
            places.set(principal, [...(places.get(principal) ?? []), place]);
          read.push(name);
        } catch (error) {
          missing({ what: `Members of ${name}`, problem: visible(error, signal, name) });
        }
        done += 1;
        progress(done, own.length);
      }),
    ),
  );
  const none = own.length === 0 ? 'No organisation of this tenant is visible to you' : 'No organisation could be read';
  return {
    organizations: read.toSorted((left, right) => left.localeCompare(right)),
    at: now(),
    places,
    ...(read.length === 0 ? { unread: none } : {}),
  };
}

function visible(error: unknown, signal: AbortSignal, organization?: string) {
  signal.throwIfAborted();
  if (!(error instanceof UpstreamError)) throw error;
  return diagnose(error, organization ? { organization } : {});
}

async function readOrganization(
  ports: Ports,
  organization: string,
  principals: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly (readonly [string, DevopsPlace])[]> {
  const { devops, clock } = ports;
  const members = (await devops.listServicePrincipals(organization, signal)).filter(({ originId }) =>
    principals.has(originId.toLowerCase()),
  );
  if (members.length === 0) return [];
  const [groups, projects] = await Promise.all([
    devops.listGroups(organization, signal),
    orNone(devops.listProjects(organization, signal), signal),
  ]);
  const known = new Map(groups.map((group) => [group.descriptor.toLowerCase(), group]));
  const asked = new Map<string, Promise<readonly string[]>>();
  const containersOf = (descriptor: string) => {
    const key = descriptor.toLowerCase();
    const answer = asked.get(key) ?? devops.listContainers(organization, descriptor, signal);
    asked.set(key, answer);
    return answer;
  };
  const counts = new Map<string, Promise<number | undefined>>();
  const repositoriesOf = (project: string) => {
    const id = projects?.find(({ name }) => name === project)?.id;
    const count =
      counts.get(project) ??
      (id === undefined
        ? Promise.resolve(undefined)
        : orNone(devops.listRepositories(organization, id, signal), signal).then((all) => all?.length));
    counts.set(project, count);
    return count;
  };
  const limit = pLimit(membersSideBySide);
  return Promise.all(
    members.map(({ descriptor, originId }) =>
      limit(async () => {
        const [license, held] = await Promise.all([
          tryRead(() => devops.getEntitlement(organization, descriptor, signal), clock, signal),
          tryRead(() => allContainers(descriptor, containersOf, known, repositoriesOf), clock, signal),
        ]);
        return [
          originId.toLowerCase(),
          { organization, descriptor, license: licenseOf(license), groups: held },
        ] as const;
      }),
    ),
  );
}

/** Groups hold groups: a team is one of the Contributors. */
async function allContainers(
  start: string,
  containersOf: (descriptor: string) => Promise<readonly string[]>,
  known: ReadonlyMap<string, OrganizationGroup>,
  repositoriesOf: (project: string) => Promise<number | undefined>,
): Promise<readonly DevopsGroupHeld[]> {
  const seen = new Set<string>();
  const queue = [start];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const container of await containersOf(next)) {
      if (seen.has(container.toLowerCase()) || seen.size > 500) continue;
      seen.add(container.toLowerCase());
      queue.push(container);
    }
  const held = [...seen].flatMap((descriptor) => known.get(descriptor) ?? []);
  return Promise.all(
    held
      // Every member is one of these; they open nothing by themselves.
      .filter(({ name }) => !/Valid Users$/.test(name))
      .map(async ({ descriptor, name, project }) => {
        const repositories = project === undefined ? undefined : await repositoriesOf(project);
        return {
          descriptor,
          name,
          ...(project ? { project } : {}),
          ...(repositories === undefined ? {} : { repositories }),
        };
      }),
  );
}

function licenseOf(read: Read<Entitlement | undefined>): DevopsPlace['license'] {
  if (read.state !== 'read') return read;
  const { license, licenseName } = read.value ?? { license: 'none', licenseName: 'No licence' };
  return { state: 'read', at: read.at, value: { license, name: licenseName } };
}

async function tryRead<Value>(
  read: () => Promise<Value>,
  clock: Ports['clock'],
  signal: AbortSignal,
): Promise<Read<Value>> {
  try {
    return { state: 'read', value: await read(), at: clock.now().toISOString() };
  } catch (error) {
    const problem = visible(error, signal);
    const refused = error instanceof UpstreamError && error.kind === 'refused';
    return { state: refused ? 'not-visible' : 'unknown', why: problem.title };
  }
}

async function orNone<Value>(read: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  try {
    return await read;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UpstreamError) return undefined;
    throw error;
  }
}
