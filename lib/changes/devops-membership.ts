import type { DevopsChoice } from '../model/connection.ts';
import type { Entitlement } from '../model/devops.ts';
import { defineChange } from './change.ts';
import { identityWord } from './identity-word.ts';
import { commandLine, shellQuote, terraformName, terraformQuote } from './quote.ts';

/** Application id of Azure DevOps in Entra, for `az rest`; the same in every tenant. */
const devopsResource = '499b84ac-1321-427f-aa17-267ca6975798';

const readsCode = (entitlement: Entitlement) => !['stakeholder', 'none'].includes(entitlement.license);
const present = (entitlement: Entitlement | undefined): entitlement is Entitlement =>
  entitlement !== undefined && !['deleted', 'none'].includes(entitlement.status);

export const devopsMembership = defineChange<DevopsChoice, Entitlement | undefined>({
  id: 'devops-membership',
  layer: 'devops',
  needs: ['identity'],
  observesAfter: ['identity'],
  targets: (design) => [design.devops],
  key: (target) => target.organization,
  title: (target, design) => `Identity ${design.identity.name} in ${target.organization}, Basic`,
  observe: async ({ ports, facts, signal }, target) =>
    facts.identity && ports.devops.findServicePrincipal(target.organization, facts.identity.principalId, signal),
  learn: (observed) => (present(observed) ? { member: { id: observed.id, descriptor: observed.descriptor } } : {}),
  diff(observed) {
    if (!present(observed))
      return {
        state: 'create',
        fields: [{ field: 'licence', old: 'none', new: 'Basic' }],
        note: 'Uses one Basic licence of the organisation; five are free.',
      };
    if (readsCode(observed)) return { state: 'right', how: `Is a member, ${observed.licenseName}` };
    return {
      state: 'update',
      fields: [{ field: 'licence', old: observed.licenseName, new: 'Basic' }],
      note: 'Stakeholder reads no code. Uses one Basic licence of the organisation.',
    };
  },
  async apply({ ports, facts, signal }, target, observed) {
    if (!facts.identity) throw new Error('The identity is known before it becomes a member');
    const { correlationId } = present(observed)
      ? await ports.devops.setLicense(target.organization, observed.id, 'express', signal)
      : // The object id of the service principal, which is the identity's principal id. The client id is refused.
        await ports.devops.addServicePrincipal(target.organization, facts.identity.principalId, 'express', signal);
    return { ...(correlationId ? { correlationId } : {}), detail: `Member of ${target.organization} with Basic` };
  },
  waitFor(error) {
    // Azure DevOps learns of a new identity with a delay. Source: terraform-provider-azuredevops, issue 1603.
    if (error.code === 'VS403283' || error.message.includes('VS403283'))
      return {
        reason: 'Waiting for Microsoft replication',
        usually: 'up to 2 minutes',
        pauseMs: 10_000,
        budgetMs: 300_000,
      };
    return undefined;
  },
  undo: {
    async run({ ports, facts, signal }, target) {
      if (facts.member) await ports.devops.removeServicePrincipal(target.organization, facts.member.id, signal);
    },
  },
  rights: (target) => [
    { kind: 'devops', right: 'Add users', scope: target.organization, role: 'Project Collection Administrator' },
  ],
  render(target, design, facts) {
    const principal = identityWord(design, facts, 'principalId');
    const body = (originId: string) =>
      `{"accessLevel":{"accountLicenseType":"express","licensingSource":"account"},"servicePrincipal":{"origin":"aad","originId":"${originId}","subjectKind":"servicePrincipal"}}`;
    return {
      az: commandLine('az rest', [
        ['--method', 'post'],
        ['--resource', devopsResource],
        [
          '--url',
          `https://vsaex.dev.azure.com/${target.organization}/_apis/serviceprincipalentitlements?api-version=7.1-preview.1`,
        ],
        [
          '--body',
          facts.identity
            ? body(facts.identity.principalId)
            : { raw: `${shellQuote(body('')).replace('"originId":""', `"originId":"'${principal}'"`)}` },
        ],
      ]),
      terraform: [
        `resource "azuredevops_service_principal_entitlement" "${terraformName(design.identity.name)}" {`,
        `  origin_id            = ${facts.identity ? terraformQuote(facts.identity.principalId) : `azurerm_user_assigned_identity.${terraformName(design.identity.name)}.principal_id`}`,
        '  origin               = "aad"',
        '  account_license_type = "express"',
        '}',
      ].join('\n'),
    };
  },
});
