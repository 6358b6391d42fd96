import { join } from 'node:path';
import type { DevopsGroup, DevopsMember, DevopsOrganization, DevopsProject, User, World } from '../core/world.ts';
import { type Commit, createBareRepository } from '../devops/bare-repository.ts';
import { guidOf } from '../devops/identifiers.ts';
import { addMember, addProject, createOrganization, findGroup } from '../devops/model.ts';
import { createPat } from '../devops/pats.ts';
import { contosoTenantId, fabrikamTenantId, users } from './directory.ts';
import { type Bootstrap, fleetRepository } from './flux.ts';
import { clusterRepository, environmentRepository, serviceRepository } from './manifests.ts';

export const organizations = {
  engineering: 'contoso-eng',
  platform: 'contoso-platform',
  /** Lives in Fabrikam's tenant. */
  partner: 'fabrikam-partner',
  /** Backed by Microsoft accounts: no tenant at all. */
  legacy: 'contoso-legacy',
} as const;
export const projects = {
  checkout: 'Checkout',
  catalog: 'Catalog',
  fulfilment: 'Fulfilment',
  platform: 'Platform',
} as const;
export const repositories = {
  checkoutDeploy: 'checkout-deploy',
  checkoutEnvironments: 'checkout-env',
  catalogDeploy: 'catalog-deploy',
  catalogSearch: 'catalog-search-deploy',
  fulfilmentDeploy: 'fulfilment-deploy',
  fulfilmentEnvironments: 'fulfilment-env',
  fleetTools: 'fleet-tools',
  clusterConfig: 'cluster-config',
  labConfig: 'lab-config',
} as const;
/** Agent pools of contoso-eng. */
export const pools = { default: 'Default', aks: 'aks-linux' } as const;

/** `https://dev.azure.com/{org}/{project}/_git/{repo}` as clients of this world reach it. */
export function repositoryUrl(world: World, organization: string, project: string, repository: string): string {
  return `${world.url('dev.azure.com')}/${organization}/${encodeURIComponent(project)}/_git/${encodeURIComponent(repository)}`;
}

/** Where Flux of the tools cluster was bootstrapped. */
export function toolsBootstrap(world: World): Bootstrap {
  const url = repositoryUrl(world, organizations.engineering, projects.fulfilment, repositories.fleetTools);
  return { url, path: 'clusters/aks-tools-weu' };
}

/** Four organisations, their people and real repositories. Wants the directory seeded first. */
export async function seedDevops(world: World): Promise<void> {
  const folder = join(world.dataDir, 'azure-devops-repositories');
  const created: Promise<void>[] = [];
  const addRepository = (
    organization: DevopsOrganization,
    project: DevopsProject,
    name: string,
    history: readonly Commit[],
  ) => {
    const path = join(folder, organization.name, project.id, `${name}.git`);
    project.repositories.push({ id: guidOf(`${organization.name}/${project.name}/${name}`), name, path });
    created.push(createBareRepository(path, history));
  };

  const engineering = add(world, createOrganization(organizations.engineering, contosoTenantId, 12));
  const operator = addPerson(world, engineering, users.operator);
  enrol(operator, findGroup(engineering, 'collection-administrators'));
  const auditor = addPerson(world, engineering, users.auditor);
  const lead = addPerson(world, engineering, users.lead);
  const checkout = addProject(engineering, projects.checkout);
  const catalog = addProject(engineering, projects.catalog);
  const fulfilment = addProject(engineering, projects.fulfilment);
  for (const project of [checkout, catalog, fulfilment]) enrol(auditor, findGroup(engineering, 'readers', project));
  enrol(lead, findGroup(engineering, 'readers', catalog));
  addRepository(engineering, checkout, repositories.checkoutDeploy, [
    ...serviceRepository(repositories.checkoutDeploy, 'checkout', '2.7.1'),
  ]);
  addRepository(
    engineering,
    checkout,
    repositories.checkoutEnvironments,
    environmentRepository(repositories.checkoutEnvironments, 'checkout', '2.7.1'),
  );
  addRepository(
    engineering,
    catalog,
    repositories.catalogDeploy,
    serviceRepository(repositories.catalogDeploy, 'catalog', '5.2.0'),
  );
  addRepository(
    engineering,
    catalog,
    repositories.catalogSearch,
    serviceRepository(repositories.catalogSearch, 'catalog-search', '1.14.3'),
  );
  addRepository(
    engineering,
    fulfilment,
    repositories.fulfilmentDeploy,
    serviceRepository(repositories.fulfilmentDeploy, 'fulfilment', '3.9.2'),
  );
  addRepository(
    engineering,
    fulfilment,
    repositories.fulfilmentEnvironments,
    environmentRepository(repositories.fulfilmentEnvironments, 'fulfilment', '3.9.2', 'fulfilment:fulfilment'),
  );
  addRepository(
    engineering,
    fulfilment,
    repositories.fleetTools,
    await fleetRepository('2.9.3', toolsBootstrap(world)),
  );
  engineering.pools.push(
    { id: 1, name: pools.default, scopeRoles: new Map(), agents: [] },
    {
      id: 9,
      name: pools.aks,
      scopeRoles: new Map([[operator.id, 'Administrator']]),
      agents: [
        { id: 31, name: 'agent-7c9d5', version: '4.264.2', status: 'online', enabled: true },
        { id: 32, name: 'agent-x2k8f', version: '4.264.2', status: 'offline', enabled: true },
      ],
    },
  );
  createPat(world, {
    name: 'argo-cd',
    organization: engineering.name,
    memberId: operator.id,
    scopes: ['vso.code'],
  });
  createPat(world, {
    name: 'flux',
    organization: engineering.name,
    memberId: operator.id,
    scopes: ['vso.code_write'],
  });

  const platform = add(world, createOrganization(organizations.platform, contosoTenantId, 5));
  const platformOwner = addMember(platform, {
    kind: 'user',
    originId: guidOf('platform owner'),
    displayName: 'Petra Platform',
    principalName: 'petra@contoso.example',
    license: 'express',
    addedAt: 0,
  });
  enrol(platformOwner, findGroup(platform, 'collection-administrators'));
  const platformOperator = addPerson(world, platform, users.operator);
  const platformProject = addProject(platform, projects.platform);
  enrol(platformOperator, findGroup(platform, 'project-administrators', platformProject));
  addRepository(
    platform,
    platformProject,
    repositories.clusterConfig,
    clusterRepository(repositories.clusterConfig, ['checkout', 'catalog', 'fulfilment', 'ingress']),
  );
  addRepository(
    platform,
    platformProject,
    repositories.labConfig,
    clusterRepository(repositories.labConfig, ['lab', 'sandbox']),
  );
  createPat(world, {
    name: 'flux',
    organization: platform.name,
    memberId: platformOperator.id,
    scopes: ['vso.code'],
  });

  const partner = add(world, createOrganization(organizations.partner, fabrikamTenantId, 5));
  // A guest is another object in the partner's tenant: a token of the home tenant opens nothing there.
  addGuest(partner, users.operator);
  const partnerProject = addProject(partner, 'Partner');
  addRepository(
    partner,
    partnerProject,
    'partner-deploy',
    serviceRepository('partner-deploy', 'partner-portal', '0.9.4'),
  );

  const legacy = add(world, createOrganization(organizations.legacy, undefined, 5));
  addGuest(legacy, users.operator);
  const legacyProject = addProject(legacy, 'Legacy');
  addRepository(legacy, legacyProject, 'legacy-deploy', serviceRepository('legacy-deploy', 'legacy-shop', '0.1.7'));
  await Promise.all(created);
}

function add(world: World, organization: DevopsOrganization): DevopsOrganization {
  world.devops.organizations.set(organization.name.toLowerCase(), organization);
  return organization;
}
function addPerson(world: World, organization: DevopsOrganization, person: User): DevopsMember {
  const known = world.directory.tenants.flatMap((tenant) => tenant.users).find(({ oid }) => oid === person.oid);
  if (!known) throw new Error(`${person.upn} is in no tenant: seed the directory before Azure DevOps`);
  return addMember(organization, {
    kind: 'user',
    originId: known.oid,
    displayName: known.name,
    principalName: known.upn,
    license: 'express',
    addedAt: 0,
  });
}
function addGuest(organization: DevopsOrganization, person: User): DevopsMember {
  return addMember(organization, {
    kind: 'user',
    originId: guidOf(`${person.upn} as guest of ${organization.name}`),
    displayName: person.name,
    principalName: person.upn,
    license: 'express',
    addedAt: 0,
  });
}
function enrol(member: DevopsMember, group: DevopsGroup): void {
  group.members.set(member.descriptor, { since: 0 });
}
