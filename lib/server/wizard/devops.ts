import 'server-only';
import { cache } from 'react';
import type { Organization, Project, Repository } from '../../model/devops.ts';
import type { Result } from '../../model/problem.ts';
import { attempt, pageSignal } from '../attempt.ts';
import { portsOfCaller } from '../services.ts';

/** Reads of the Azure DevOps step, each once a request. */
export const listOrganizations = cache(async (): Promise<Result<readonly Organization[]>> => {
  const { devops } = await portsOfCaller();
  return attempt(() => devops.listOrganizations(pageSignal()));
});
export const readOrganization = cache(async (name: string): Promise<Result<Organization | undefined>> => {
  const { devops } = await portsOfCaller();
  return attempt(() => devops.getOrganization(name, pageSignal()), { organization: name });
});
export const listProjects = cache(async (organization: string): Promise<Result<readonly Project[]>> => {
  const { devops } = await portsOfCaller();
  return attempt(() => devops.listProjects(organization, pageSignal()), { organization });
});
export const listRepositories = cache(
  async (organization: string, projectId: string): Promise<Result<readonly Repository[]>> => {
    const { devops } = await portsOfCaller();
    return attempt(() => devops.listRepositories(organization, projectId, pageSignal()), { organization });
  },
);
