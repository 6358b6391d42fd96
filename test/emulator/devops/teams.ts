import type { Route } from '../core/service.ts';
import { parseJson } from '../core/service.ts';
import type { DevopsGroup, DevopsProject } from '../core/world.ts';
import { type Answer, type Context, numberParameter, parameter, valued } from './context.ts';
import { organizationEndpoint } from './endpoint.ts';
import { accessDenied, invalid, refusal } from './envelope.ts';
import { guidOf } from './identifiers.ts';
import { isDirectMember, isProjectAdministrator } from './memberships.ts';
import { addGroup } from './model.ts';
import { visibleProject } from './projects.ts';
import { memoryOf } from './state.ts';
import { description, identityRef, imsGroup } from './subjects.ts';

function teamObject(context: Context, project: DevopsProject, team: DevopsGroup, expand: boolean) {
  return {
    id: team.id,
    name: team.name,
    url: `${context.url('core')}/_apis/projects/${project.id}/teams/${team.id}`,
    description: description(context.organization, team),
    identityUrl: `https://spsprodweu2.vssps.visualstudio.com/A${guidOf(`host ${context.organization.name}`)}/_apis/Identities/${team.id}`,
    projectName: project.name,
    projectId: project.id,
    ...(expand ? { identity: imsGroup(context, team) } : {}),
  };
}
const teamsOf = (context: Context, project: DevopsProject) =>
  context.organization.groups.filter(({ role, projectId }) => role === 'team' && projectId === project.id);
const page = <T>(context: Context, items: readonly T[]): readonly T[] => {
  const skip = numberParameter(context.query, '$skip') ?? 0;
  return items.slice(skip, skip + (numberParameter(context.query, '$top') ?? 100));
};
const expands = (context: Context) => parameter(context.query, '$expandIdentity')?.toLowerCase() === 'true';

function findTeam(context: Context): { project: DevopsProject; team: DevopsGroup } {
  const project = visibleProject(context, context.params.project ?? '');
  const wanted = context.params.team?.toLowerCase();
  const team = teamsOf(context, project).find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (!team)
    throw refusal(
      404,
      'TeamNotFoundException',
      `The team with id '${context.params.team}' does not exist, or you do not have permission to access it.`,
    );
  return { project, team };
}

function create(context: Context): Answer {
  const { world, organization, member } = context;
  const project = visibleProject(context, context.params.project ?? '');
  const body = parseJson<{ name?: unknown; description?: unknown }>(context.request);
  if (typeof body?.name !== 'string' || body.name.trim() === '')
    throw invalid("Value cannot be null. Parameter name: 'name'");
  if (!isProjectAdministrator(world, organization, member, project.id))
    throw accessDenied(member.displayName, project.name, 'Create a team');
  const { name } = body;
  if (
    organization.groups.some(
      (group) => group.projectId === project.id && group.name.toLowerCase() === name.toLowerCase(),
    )
  )
    throw refusal(400, 'GroupCreationException', `The group name that you specified, ${name}, is already in use.`);
  const team = addGroup(organization, 'team', name, project);
  memoryOf(organization).descriptions.set(team.id, typeof body.description === 'string' ? body.description : '');
  context.record(`${project.name}/${name}`, { id: team.id });
  return { status: 201, body: teamObject(context, project, team, true) };
}

export const teamRoutes: readonly Route[] = [
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/projects/:project/teams',
    operation: 'teams.list',
    hosts: ['core'],
    location: 'teams',
    scope: 'vso.project',
    handle: (context) => {
      const project = visibleProject(context, context.params.project ?? '');
      const teams = page(context, teamsOf(context, project));
      return valued(teams.map((team) => teamObject(context, project, team, expands(context))));
    },
  }),
  organizationEndpoint({
    method: 'POST',
    path: '/:organization/_apis/projects/:project/teams',
    operation: 'teams.create',
    hosts: ['core'],
    location: 'teams',
    handle: create,
  }),
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/projects/:project/teams/:team',
    operation: 'teams.get',
    hosts: ['core'],
    location: 'teams',
    scope: 'vso.project',
    handle: (context) => {
      const { project, team } = findTeam(context);
      return { status: 200, body: teamObject(context, project, team, expands(context)) };
    },
  }),
  organizationEndpoint({
    method: 'GET',
    path: '/:organization/_apis/projects/:project/teams/:team/members',
    operation: 'teamMembers.list',
    hosts: ['core'],
    location: 'teamMembers',
    scope: 'vso.project',
    handle: (context) => {
      const { world, organization } = context;
      const { team } = findTeam(context);
      const members = organization.members.filter(({ descriptor }) =>
        isDirectMember(world, organization, descriptor, team),
      );
      return valued(page(context, members).map((member) => ({ identity: identityRef(context, member) })));
    },
  }),
];
