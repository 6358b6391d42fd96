import 'server-only';
import type { Connection, Source } from '../../model/connection.ts';
import type { Access, Organization, Project, Repository } from '../../model/devops.ts';
import type { Problem, Result } from '../../model/problem.ts';
import { repositoryPath, sameRepository } from '../../model/repository-url.ts';
import { makeProblem } from '../../problems/make-problem.ts';
import { env } from '../env.ts';
import { listOrganizations, listProjects, listRepositories, readOrganization } from './devops.ts';

export interface Targets {
  readonly organizations: readonly (Organization & { readonly refused?: Problem })[];
  readonly organization?: string;
  readonly projects?: readonly Project[];
  readonly projectId?: string;
  readonly repositories?: readonly (Repository & { readonly selected?: Access; readonly usedBy?: readonly string[] })[];
  readonly identityTenant: string;
  readonly licence: string;
  readonly problem?: Problem;
}

/** The three choices of the Azure DevOps step, as far as they were made: by the address, else by the saved answer, else by what the consumers use. */
export async function readTargets(
  connection: Connection,
  chosen: { readonly organization?: string; readonly projectId?: string },
): Promise<Result<Targets>> {
  const { tenantId } = env();
  const listed = await listOrganizations();
  if (!listed.ok) return listed;
  const saved = connection.answers.devops?.value;
  const sources = connection.answers.consumers?.value.consumers.flatMap((consumer) => consumer.sources) ?? [];
  const organizations = listed.value.map((organization) => ({
    ...organization,
    refused: refusalOf(organization, tenantId),
  }));
  const base = {
    organizations,
    identityTenant: tenantId,
    licence: 'Basic, $6.00 a month where the five free ones are used up',
  };
  const name = chosen.organization ?? saved?.organization ?? usedOrganization(organizations, sources);
  if (!name) return { ok: true, value: base };

  const known = organizations.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const refused = known ? known.refused : await unlistedRefusal(name, tenantId);
  if (refused) return { ok: true, value: { ...base, organization: name, problem: refused } };
  const projects = await listProjects(name);
  if (!projects.ok) return { ok: true, value: { ...base, organization: name, problem: projects.problem } };
  const project = projects.value.find(
    ({ id, name: title }) =>
      id === (chosen.projectId ?? (chosen.organization ? undefined : saved?.project.id)) ||
      (!chosen.projectId && !saved && sources.some(({ url }) => projectOf(url) === title.toLowerCase())),
  );
  const withProjects = { ...base, organization: name, projects: projects.value };
  if (!project) return { ok: true, value: withProjects };
  const repositories = await listRepositories(name, project.id);
  if (!repositories.ok)
    return { ok: true, value: { ...withProjects, projectId: project.id, problem: repositories.problem } };
  const savedHere = saved?.project.id === project.id ? saved.repositories : undefined;
  return {
    ok: true,
    value: {
      ...withProjects,
      projectId: project.id,
      repositories: repositories.value.map((repository) => {
        const using = sources.filter(({ url }) => sameRepository(url, repository.url));
        const usedBy = [...new Set(using.map((source) => source.name))];
        const writes = using.some(({ access }) => access === 'contribute');
        const selected = savedHere
          ? savedHere.find(({ id }) => id === repository.id)?.access
          : usedBy.length > 0
            ? writes
              ? ('contribute' as const)
              : ('read' as const)
            : undefined;
        return { ...repository, selected, usedBy };
      }),
    },
  };
}

function refusalOf({ name, tenantId }: Organization, own: string): Problem | undefined {
  if (!tenantId) return makeProblem('devops/organization-not-entra', { title: `${name} is not connected to Entra ID` });
  if (tenantId.toLowerCase() === own.toLowerCase()) return undefined;
  return makeProblem('devops/organization-other-tenant', {
    title: `${name} belongs to another tenant`,
    evidence: [{ label: 'Tenant', expected: own, expectedFrom: 'the identity', seen: tenantId, seenIn: name }],
  });
}

/** A name that came by the address and is on no list: absent, elsewhere, or refused are three different sentences. */
async function unlistedRefusal(name: string, own: string): Promise<Problem | undefined> {
  const found = await readOrganization(name);
  if (!found.ok) return found.problem;
  if (!found.value) return makeProblem('devops/organization-missing', { title: `There is no organisation ${name}` });
  return refusalOf(found.value, own);
}

function usedOrganization(organizations: Targets['organizations'], sources: readonly Source[]): string | undefined {
  const open = organizations.filter(({ refused }) => !refused);
  if (open.length === 1) return open[0]?.name;
  return open.find(({ name }) => sources.some(({ url }) => organizationOf(url) === name.toLowerCase()))?.name;
}

function organizationOf(url: string): string | undefined {
  return repositoryPath(url)?.split('/')[0];
}
function projectOf(url: string): string | undefined {
  return repositoryPath(url)?.split('/')[1];
}
