import type { GitRepository } from 'azure-devops-node-api/interfaces/GitInterfaces.js';
import type { CloudEnvironment } from '../../model/cloud.ts';
import type { Project, Repository } from '../../model/devops.ts';
import { type DevopsSession, orUndefined, required } from './session.ts';

const pageSize = 200;
const maximumPages = 200;

export function listProjects(
  session: DevopsSession,
  organization: string,
  signal: AbortSignal,
): Promise<readonly Project[]> {
  return session.read('list projects', signal, async () => {
    const core = session.core(organization);
    const found: Project[] = [];
    for (let page = 0; page < maximumPages; page += 1) {
      const projects = await core.getProjects('wellFormed', pageSize, page * pageSize);
      found.push(...projects.map(toProject));
      if (projects.length < pageSize) break;
    }
    return found.sort((left, right) => left.name.localeCompare(right.name));
  });
}

export function getProject(
  session: DevopsSession,
  organization: string,
  idOrName: string,
  signal: AbortSignal,
): Promise<Project | undefined> {
  return orUndefined(
    session.read('get project', signal, async () => toProject(await session.core(organization).getProject(idOrName))),
  );
}

export function listRepositories(
  session: DevopsSession,
  cloud: CloudEnvironment,
  organization: string,
  projectId: string,
  signal: AbortSignal,
): Promise<readonly Repository[]> {
  return session.read('list repositories', signal, async () => {
    const found = await session.git(organization).getRepositories(projectId);
    return found
      .map((repository) => toRepository(repository, cloud, organization))
      .sort((left, right) => left.name.localeCompare(right.name));
  });
}

export function getRepository(
  session: DevopsSession,
  cloud: CloudEnvironment,
  organization: string,
  projectId: string,
  idOrName: string,
  signal: AbortSignal,
): Promise<Repository | undefined> {
  return orUndefined(
    session.read('get repository', signal, async () =>
      toRepository(await session.git(organization).getRepository(idOrName, projectId), cloud, organization),
    ),
  );
}

function toProject({ id, name }: { id?: string; name?: string }): Project {
  return { id: required(id, 'project id'), name: required(name, 'project name') };
}

function toRepository(repository: GitRepository, cloud: CloudEnvironment, organization: string): Repository {
  const name = required(repository.name, 'repository name');
  const project = toProject(required(repository.project, 'project of a repository'));
  const path = [organization, project.name, '_git', name].map(encodeURIComponent).join('/');
  return {
    id: required(repository.id, 'repository id'),
    name,
    projectId: project.id,
    // Built, not taken: the service's own URL carries a user name and, for older organisations, another host.
    url: `${cloud.devops.core.replace(/\/$/, '')}/${path}`,
    disabled: repository.isDisabled ?? false,
    defaultBranch: repository.defaultBranch?.replace(/^refs\/heads\//, ''),
  };
}
