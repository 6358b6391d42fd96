import type { AzureSubscription, World } from '../core/world.ts';
import { sees } from './authorization.ts';
import type { ArmRoute } from './gateway.ts';
import { armJson } from './respond.ts';

const read = 'Microsoft.Resources/subscriptions/read';

function subscriptionBody({ id, tenantId, name, state }: AzureSubscription) {
  return {
    id: `/subscriptions/${id}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId: id,
    tenantId,
    displayName: name,
    state,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}

/** Regions that the simulated tenant may use. Longitude and latitude are strings on the wire. */
export const locations = [
  ['westeurope', 'West Europe', 'NL', '4.9', '52.3667'],
  ['northeurope', 'North Europe', 'IE', '-6.2597', '53.3478'],
  ['swedencentral', 'Sweden Central', 'SE', '17.14127', '60.67488'],
  ['germanywestcentral', 'Germany West Central', 'DE', '8.682127', '50.110924'],
  ['uksouth', 'UK South', 'GB', '-0.799', '50.941'],
  ['eastus', 'East US', 'US', '-79.8164', '37.3719'],
] as const;

function locationBody(
  subscriptionId: string,
  [name, displayName, country, longitude, latitude]: (typeof locations)[number],
) {
  const group = country === 'US' ? 'US' : country === 'GB' ? 'UK' : 'Europe';
  return {
    id: `/subscriptions/${subscriptionId}/locations/${name}`,
    name,
    type: 'Region',
    displayName,
    regionalDisplayName: `(${group}) ${displayName}`,
    metadata: {
      regionType: 'Physical',
      regionCategory: 'Recommended',
      geography: group,
      geographyGroup: group,
      longitude,
      latitude,
      physicalLocation: displayName,
      pairedRegion: [],
    },
  };
}

function find(world: World, id: string | undefined): AzureSubscription {
  const found = world.azure.subscriptions.find((subscription) => subscription.id === id?.toLowerCase());
  if (!found) throw new Error('the gateway lets known subscriptions pass only');
  return found;
}

export const subscriptionRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: '/subscriptions',
    operation: 'subscription.list',
    action: read,
    listed: true,
    answer: ({ world, caller }) => {
      const value = world.azure.subscriptions
        .filter(({ id, tenantId }) => tenantId === caller.tenantId && sees(world, caller.oid, `/subscriptions/${id}`))
        .map(subscriptionBody);
      return armJson(200, { value, count: { type: 'Total', value: value.length } });
    },
  },
  {
    method: 'GET',
    path: '/subscriptions/:subscription',
    operation: 'subscription.get',
    action: read,
    // Whoever holds a role on anything inside sees the subscription itself.
    listed: true,
    answer: ({ world, params }) => armJson(200, subscriptionBody(find(world, params.subscription))),
  },
  {
    method: 'GET',
    path: '/subscriptions/:subscription/locations',
    operation: 'location.list',
    action: 'Microsoft.Resources/subscriptions/locations/read',
    listed: true,
    answer: ({ world, params }) => {
      const { id } = find(world, params.subscription);
      return armJson(200, { value: locations.map((location) => locationBody(id, location)) });
    },
  },
  {
    method: 'GET',
    path: '/tenants',
    operation: 'tenant.list',
    action: 'Microsoft.Resources/tenants/read',
    listed: true,
    answer: ({ world, caller }) =>
      armJson(200, {
        value: world.directory.tenants
          .filter(({ id }) => id === caller.tenantId)
          .map(({ id, name, domain }) => ({
            id: `/tenants/${id}`,
            tenantId: id,
            countryCode: 'NL',
            displayName: name,
            domains: [domain],
            tenantCategory: 'Home',
            defaultDomain: domain,
            tenantType: 'AAD',
          })),
      }),
  },
];
