import type { Route } from '../core/service.ts';
import type { DevopsProject } from '../core/world.ts';
import { type Context, counted, numberParameter, ok, parameter } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { refusal } from './envelope.ts';
import { canSee } from './memberships.ts';
import { findProject, isGuid } from './model.ts';

/** A project that the caller may not see is told from one that does not exist by nothing. */
export function projectNotFound(nameOrId: string) {
  return isGuid(nameOrId)
    ? refusal(
        404,
        'ProjectDoesNotExistException',
        `VS800075: The project with id 'vstfs:///Classification/TeamProject/${nameOrId.toLowerCase()}' does not exist, or you do not have permission to access it.`,
      )
    : refusal(
        404,
        'ProjectDoesNotExistWithNameException',
        `TF200016: The following project does not exist: ${nameOrId}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
      );
}

export function visibleProject(context: Context, nameOrId: string): DevopsProject {
  const { world, organization, member } = context;
  const project = findProject(organization, nameOrId);
  if (!project || !canSee(world, organization, member, project)) throw projectNotFound(nameOrId);
  return project;
}

/** The short form, which repositories repeat. */
export function projectReference(context: Context, project: DevopsProject) {
  return {
    id: project.id,
    name: project.name,
    url: `${context.url('core')}/_apis/projects/${project.id}`,
    state: 'wellFormed',
    revision: 412,
    visibility: 'private',
    lastUpdateTime: '2026-02-03T08:21:15.27Z',
  };
}

function get(context: Context) {
  const project = visibleProject(context, context.params.project ?? '');
  const { lastUpdateTime, visibility, ...reference } = projectReference(context, project);
  const team = context.organization.groups.find(
    ({ role, name, projectId }) => role === 'team' && projectId === project.id && name === `${project.name} Team`,
  );
  const capabilities = {
    processTemplate: { templateName: 'Basic', templateTypeId: 'b8a3a935-7e91-48b8-a94c-606d37c3e9f2' },
    versioncontrol: { sourceControlType: 'Git', gitEnabled: 'True', tfvcEnabled: 'False' },
  };
  return ok({
    ...reference,
    ...(parameter(context.query, 'includeCapabilities')?.toLowerCase() === 'true' ? { capabilities } : {}),
    _links: {
      self: { href: reference.url },
      collection: { href: `${context.url('core')}/_apis/projectCollections/${context.organization.id}` },
      web: { href: `${context.url('core')}/${encodeURIComponent(project.name)}` },
    },
    visibility,
    ...(team ? { defaultTeam: { id: team.id, name: team.name, url: `${reference.url}/teams/${team.id}` } } : {}),
    lastUpdateTime,
  });
}

function list(context: Context) {
  const { world, organization, member, query } = context;
  const visible = organization.projects.filter((project) => canSee(world, organization, member, project));
  const skip = numberParameter(query, '$skip') ?? numberParameter(query, 'continuationToken') ?? 0;
  const end = skip + (numberParameter(query, '$top') ?? 100);
  return counted(
    visible.slice(skip, end).map((project) => projectReference(context, project)),
    end < visible.length ? { 'x-ms-continuationtoken': String(end) } : {},
  );
}

export const projectRoutes: readonly Route[] = [
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/projects',
    operation: 'projects.list',
    hosts: ['core'],
    location: 'projects',
    scope: 'vso.project',
    handle: list,
  }),
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/projects/:project',
    operation: 'projects.get',
    hosts: ['core'],
    location: 'projects',
    scope: 'vso.project',
    handle: get,
  }),
];
