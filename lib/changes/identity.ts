import { type Identity, parseArmId } from '../model/azure.ts';
import type { IdentityChoice } from '../model/connection.ts';
import { identityIdOf } from '../model/identity-id.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { blocked, defineChange } from './change.ts';
import { bicepQuote, commandLine, shellQuote, terraformName, terraformQuote } from './quote.ts';

const ownTag = { 'managed-by': 'patless' };

export const identity = defineChange<IdentityChoice, Identity | undefined>({
  id: 'identity',
  layer: 'identity',
  needs: [],
  targets: (design) => [design.identity],
  key: (target) => target.name,
  title: (target) => `Identity ${target.name}`,
  observe: ({ ports, signal }, target) => ports.arm.getIdentity(identityIdOf(target), signal),
  learn: (observed) =>
    observed
      ? {
          identity: {
            id: observed.id,
            clientId: observed.clientId,
            principalId: observed.principalId,
            tenantId: observed.tenantId,
          },
        }
      : {},
  diff(observed, target, design) {
    if (observed && observed.tenantId.toLowerCase() !== design.devops.tenantId.toLowerCase())
      return blocked(
        makeProblem('identity/wrong-tenant', {
          title: `${target.name} belongs to another tenant than ${design.devops.organization}`,
          evidence: [
            {
              label: 'Tenant',
              expected: design.devops.tenantId,
              expectedFrom: 'from organisation',
              seen: observed.tenantId,
              seenIn: 'in identity',
            },
          ],
        }),
      );
    if (observed) return { state: 'right', how: `Exists, client id ${observed.clientId}` };
    if (target.mode === 'existing')
      return blocked(
        makeProblem('identity/missing', { title: `Identity ${target.name} does not exist`, fix: undefined }),
      );
    const tags = Object.entries({ ...target.tags, ...ownTag });
    return {
      state: 'create',
      fields: [
        { field: 'resource group', new: target.resourceGroup },
        { field: 'location', new: target.location },
        { field: 'tags', new: tags.map(([name, value]) => `${name}=${value}`).join(', ') },
      ],
    };
  },
  async apply({ ports, signal }, target) {
    if (target.mode === 'existing') throw new Error('An existing identity is never written');
    const { correlationId } = await ports.arm.createIdentity(
      {
        subscriptionId: target.subscriptionId,
        resourceGroup: target.resourceGroup,
        name: target.name,
        location: target.location,
        tags: { ...target.tags, ...ownTag },
      },
      signal,
    );
    return { ...(correlationId ? { correlationId } : {}), detail: `Created in ${target.resourceGroup}` };
  },
  undo: {
    async run({ ports, signal }, target) {
      const id = identityIdOf(target);
      // Deleting an identity deletes its credentials with it; those of others must not go.
      if ((await ports.arm.listCredentials(id, signal)).length > 0) return;
      await ports.arm.deleteIdentity(id, signal);
    },
  },
  rights(target) {
    const { subscriptionId, resourceGroup } = parseArmId(identityIdOf(target));
    if (target.mode === 'existing') return [];
    return [
      {
        kind: 'azure',
        right: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
        scope: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
        role: 'Managed Identity Contributor',
      },
    ];
  },
  render(target) {
    if (target.mode === 'existing') return {};
    const tags = Object.entries({ ...target.tags, ...ownTag });
    return {
      az: commandLine('az identity create', [
        ['--subscription', target.subscriptionId],
        ['--resource-group', target.resourceGroup],
        ['--name', target.name],
        ['--location', target.location],
        ['--tags', { raw: tags.map(([name, value]) => shellQuote(`${name}=${value}`)).join(' ') }],
      ]),
      terraform: [
        `resource "azurerm_user_assigned_identity" "${terraformName(target.name)}" {`,
        `  name                = ${terraformQuote(target.name)}`,
        `  resource_group_name = ${terraformQuote(target.resourceGroup)}`,
        `  location            = ${terraformQuote(target.location)}`,
        '  tags = {',
        ...tags.map(([name, value]) => `    ${terraformQuote(name)} = ${terraformQuote(value)}`),
        '  }',
        '}',
      ].join('\n'),
      bicep: [
        "resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {",
        `  name: ${bicepQuote(target.name)}`,
        `  location: ${bicepQuote(target.location)}`,
        '  tags: {',
        ...tags.map(([name, value]) => `    ${bicepQuote(name)}: ${bicepQuote(value)}`),
        '  }',
        '}',
      ].join('\n'),
    };
  },
});
