import type { Route } from '../core/service.ts';
import type { DevopsProject, DevopsRepository } from '../core/world.ts';
import { gitBits, gitRights } from './access-control.ts';
import { git } from './bare-repository.ts';
import { type Context, hosts, numberParameter, ok, parameter, Refusal, valued } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { notModelled, refusal } from './envelope.ts';
import { canSee } from './memberships.ts';
import { findRepository } from './model.ts';
import { projectReference, visibleProject } from './projects.ts';
import { identityRef } from './subjects.ts';

export const repositoryMissing = (name: string) =>
  `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`;
const repositoryNotFound = (name: string) => refusal(404, 'GitRepositoryNotFoundException', repositoryMissing(name));

export function mayRead(context: Context, project: DevopsProject, repository: DevopsRepository): boolean {
  const { world, organization, member } = context;
  return (gitRights(world, organization, member, project, repository) & gitBits.read) !== 0;
}

/** The branch that HEAD names, once it exists. */
async function defaultBranch(repository: DevopsRepository): Promise<string | undefined> {
  const head = (await git(['--git-dir', repository.path, 'symbolic-ref', 'HEAD'])).trim();
  const found = await git(['--git-dir', repository.path, 'for-each-ref', '--format=%(refname)', head]);
  return found.trim() === head ? head : undefined;
}

async function repositoryObject(context: Context, project: DevopsProject, repository: DevopsRepository) {
  const { organization } = context;
  const path = `${encodeURIComponent(project.name)}/_git/${encodeURIComponent(repository.name)}`;
  const web = `${context.url('core')}/${path}`;
  const branch = await defaultBranch(repository);
  return {
    id: repository.id,
    name: repository.name,
    url: `${context.url('core')}/${project.id}/_apis/git/repositories/${repository.id}`,
    project: projectReference(context, project),
    ...(branch ? { defaultBranch: branch } : {}),
    size: branch ? 2048 : 0,
    remoteUrl: web.replace('https://', `https://${organization.name}@`),
    sshUrl: `git@ssh.${hosts.core}:v3/${organization.name}/${encodeURIComponent(project.name)}/${repository.name}`,
    webUrl: web,
    isDisabled: false,
    isInMaintenance: false,
  };
}

async function list(context: Context) {
  const { world, organization, member, params } = context;
  const projects = params.project
    ? [visibleProject(context, params.project)]
    : organization.projects.filter((project) => canSee(world, organization, member, project));
  const readable = projects.flatMap((project) =>
    project.repositories
      .filter((repository) => mayRead(context, project, repository))
      .map((repository) => ({ project, repository })),
  );
  return valued(
    await Promise.all(readable.map(({ project, repository }) => repositoryObject(context, project, repository))),
  );
}

function readable(context: Context): { project: DevopsProject; repository: DevopsRepository } {
  const name = context.params.repository ?? '';
  const holder = context.organization.projects.find(
    (project) => findRepository(project, name)?.id === name.toLowerCase(),
  );
  if (!context.params.project && !holder) throw repositoryNotFound(name);
  const project = visibleProject(context, context.params.project ?? holder?.id ?? '');
  const repository = findRepository(project, name);
  if (!repository || !mayRead(context, project, repository)) throw repositoryNotFound(name);
  return { project, repository };
}

async function get(context: Context) {
  const { project, repository } = readable(context);
  const found = await repositoryObject(context, project, repository);
  const links = ['commits', 'refs', 'pullRequests', 'items', 'pushes'].map((name) => [
    name,
    { href: `${found.url}/${name}` },
  ]);
  return ok({
    ...found,
    _links: {
      self: { href: found.url },
      project: { href: `vstfs:///Classification/TeamProject/${project.id}` },
      web: { href: found.webUrl },
      ssh: { href: found.sshUrl },
      ...Object.fromEntries(links),
    },
  });
}

async function refs(context: Context) {
  const { project, repository } = readable(context);
  const filter = context.params.filter || parameter(context.query, 'filter') || '';
  const output = await git(['--git-dir', repository.path, 'for-each-ref', '--format=%(objectname) %(refname)']);
  const creator = context.organization.members.find(({ kind }) => kind === 'user');
  const base = `${context.url('core')}/${project.id}/_apis/git/repositories/${repository.id}/refs`;
  const all = output
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ objectId: line.slice(0, 40), name: line.slice(41) }))
    .filter(({ name }) => name.startsWith(`refs/${filter}`));
  return valued(
    all.slice(0, numberParameter(context.query, '$top') ?? 1000).map(({ objectId, name }) => ({
      name,
      objectId,
      ...(creator ? { creator: identityRef(context, creator) } : {}),
      url: `${base}?filter=${encodeURIComponent(name.replace(/^refs\//, ''))}`,
    })),
  );
}

const unsupported = (method: string, resource: 'pushes' | 'pullRequests', operation: string): Route =>
  organizationEndpoint({
    method,
    path: `/:organization/:project/_apis/git/repositories/:repository/${resource}`,
    operation,
    hosts: ['core'],
    location: resource,
    scope: 'vso.code',
    handle: (context) => {
      throw new Refusal(notModelled(context.request));
    },
  });
const reading = (
  path: string,
  operation: string,
  location: 'repositories' | 'refs',
  handle: typeof list | typeof get | typeof refs,
) => organizationEndpoint({ method: 'GET', path, operation, hosts: ['core'], location, scope: 'vso.code', handle });
const repositories = '/:organization/:project/_apis/git/repositories';

export const repositoryRoutes: readonly Route[] = [
  reading('/:organization/_apis/git/repositories', 'repositories.listAll', 'repositories', list),
  reading('/:organization/_apis/git/repositories/:repository', 'repositories.getById', 'repositories', get),
  reading(repositories, 'repositories.list', 'repositories', list),
  reading(`${repositories}/:repository`, 'repositories.get', 'repositories', get),
  reading(`${repositories}/:repository/refs`, 'refs.list', 'refs', refs),
  reading(`${repositories}/:repository/refs/*filter`, 'refs.listFiltered', 'refs', refs),
  unsupported('POST', 'pushes', 'pushes.create'),
  unsupported('POST', 'pullRequests', 'pullRequests.create'),
];
