import { gunzipSync } from 'node:zlib';
import type { EmulatorRequest, EmulatorResponse, Route } from '../core/service.ts';
import type { DevopsMember, DevopsOrganization, DevopsProject, DevopsRepository, World } from '../core/world.ts';
import { gitBits, gitRights } from './access-control.ts';
import { type Answer, type Context, hosts, Refusal } from './context.ts';
import { isRejection, judge } from './credentials.ts';
import { createContext, findOrganization, organizationNotFound, userData } from './endpoint.ts';
import { controllerNotFound, messageOf, serialize, standardHeaders } from './envelope.ts';
import { type GitService, lacksMultiAck, rewriteAdvertisement } from './git-advertisement.ts';
import { httpBackend } from './git-backend.ts';
import { contributeMissing, gitPlain, gitRejection, malformedProtocol } from './git-rejections.ts';
import { findRepository } from './model.ts';
import { visibleProject } from './projects.ts';
import { repositoryMissing } from './repositories.ts';
import { accountName } from './sign-in.ts';
import { noteAccess } from './state.ts';

const maximumBody = 256 * 1024 * 1024;
const isService = (name: string | null): name is GitService =>
  name === 'git-upload-pack' || name === 'git-receive-pack';

interface Opened {
  readonly repository: DevopsRepository;
  readonly rights: number;
  readonly target: string;
}

/** Without Read a repository is told from one that does not exist by nothing. */
function open(world: World, request: EmulatorRequest, organization: DevopsOrganization, member: DevopsMember): Opened {
  const params: Context['params'] = request.params;
  const name = params.repository ?? '';
  const context = createContext(world, request, organization, member, 'git');
  const project = visible(context, params.project ?? name);
  const repository = findRepository(project, name);
  const rights = repository ? gitRights(world, organization, member, project, repository) : 0;
  if (!repository || (rights & gitBits.read) === 0) throw new Refusal(gitPlain(404, repositoryMissing(name)));
  return { repository, rights, target: `${organization.name}/${project.name}/${repository.name}` };
}

function account(organization: DevopsOrganization, member: DevopsMember): string {
  const { kind, originId, principalName } = member;
  return accountName({ kind, tenantId: organization.tenantId ?? '', oid: originId, name: principalName });
}

/** Git shows text to its user, not JSON. */
function visible(context: Context, nameOrId: string): DevopsProject {
  try {
    return visibleProject(context, nameOrId);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(gitPlain(404, messageOf(error)));
  }
}

type Serve = (opened: Opened, member: DevopsMember, organization: DevopsOrganization) => Promise<Answer>;

async function serve(
  request: EmulatorRequest,
  world: World,
  service: GitService,
  withAdvertisement: boolean,
  handle: Serve,
): Promise<EmulatorResponse> {
  const now = world.clock.now();
  if (request.host !== hosts.core) return serialize(controllerNotFound(request.path), standardHeaders(request, now));
  const organization = findOrganization(world, request);
  if (!organization) return organizationNotFound(request, world);
  const writes = service === 'git-receive-pack';
  const judged = await judge(world, request, organization, writes ? 'vso.code_write' : 'vso.code');
  if (isRejection(judged)) return serialize(gitRejection(judged, request, organization), standardHeaders(request, now));
  const { member } = judged;
  noteAccess(organization, member, now);
  const standard = standardHeaders(request, now, userData(member));
  try {
    const opened = open(world, request, organization, member);
    if (writes && (opened.rights & (gitBits.contribute | gitBits.createBranch)) === 0)
      throw new Refusal(contributeMissing(account(organization, member), withAdvertisement));
    return serialize(await handle(opened, member, organization), standard);
  } catch (error) {
    if (error instanceof Refusal) return serialize(error.answer, standard);
    throw error;
  }
}

async function advertise(request: EmulatorRequest, world: World): Promise<EmulatorResponse> {
  const service = request.query.get('service');
  if (!isService(service))
    return serialize(
      gitPlain(400, 'TF401041: The Git protocol sent is not as expected (Only smart HTTP is supported.).'),
      standardHeaders(request, world.clock.now()),
    );
  return await serve(request, world, service, true, async ({ repository }, member) => {
    const answer = await httpBackend({
      method: 'GET',
      repository: repository.path,
      path: '/info/refs',
      query: `service=${service}`,
      contentType: '',
      body: Buffer.alloc(0),
      user: member.id,
    });
    return {
      status: answer.status,
      body: rewriteAdvertisement(service, answer.body),
      headers: { 'content-type': `application/x-${service}-advertisement` },
    };
  });
}

function exchange(service: GitService) {
  return (request: EmulatorRequest, world: World): Promise<EmulatorResponse> =>
    serve(request, world, service, false, async ({ repository, target }, member, organization) => {
      const zipped = request.headers['content-encoding'] === 'gzip';
      const body = zipped ? gunzipSync(request.body, { maxOutputLength: maximumBody }) : request.body;
      if (service === 'git-upload-pack' && lacksMultiAck(body)) return malformedProtocol;
      const answer = await httpBackend({
        method: 'POST',
        repository: repository.path,
        path: `/${service}`,
        query: '',
        contentType: `application/x-${service}-request`,
        body,
        user: member.id,
      });
      if (service === 'git-receive-pack' && answer.status === 200)
        createContext(world, request, organization, member, 'git.push').record(target);
      return { status: answer.status, body: answer.body, headers: { 'content-type': answer.contentType } };
    });
}

/** A repository lives below its project; one that carries the project's name also answers without it. */
const forms = [
  { prefix: '/:organization/:project/_git/:repository', suffix: '' },
  { prefix: '/:organization/_git/:repository', suffix: 'OfSameName' },
] as const;

export const gitRoutes: readonly Route[] = forms.flatMap(({ prefix, suffix }) => [
  { method: 'GET', path: `${prefix}/info/refs`, operation: `git.advertise${suffix}`, handle: advertise },
  {
    method: 'POST',
    path: `${prefix}/git-upload-pack`,
    operation: `git.uploadPack${suffix}`,
    handle: exchange('git-upload-pack'),
  },
  {
    method: 'POST',
    path: `${prefix}/git-receive-pack`,
    operation: `git.receivePack${suffix}`,
    handle: exchange('git-receive-pack'),
  },
]);
