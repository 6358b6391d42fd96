import { parseArmId } from '../model/azure.ts';
import type { Design } from '../model/connection.ts';
import { identityIdOf } from '../model/identity-id.ts';
import type { Commands } from '../model/plan.ts';
import type { Facts } from './change.ts';
import type { CredentialTarget, Trust } from './federated-credential-judgement.ts';
import { bicepQuote, commandLine, shellQuote, terraformName, terraformQuote } from './quote.ts';

export function renderCredential(target: CredentialTarget, design: Design, facts: Facts, wanted: Trust): Commands {
  const place = parseArmId(identityIdOf(design.identity));
  const cluster = parseArmId(design.cluster.id);
  const issuer = facts.issuer
    ? shellQuote(facts.issuer)
    : `"$(az aks show --subscription ${shellQuote(cluster.subscriptionId)} --resource-group ${shellQuote(cluster.resourceGroup)} --name ${shellQuote(cluster.name)} --query oidcIssuerProfile.issuerUrl --output tsv)"`;
  return {
    az: commandLine('az identity federated-credential create', [
      ['--name', target.name],
      ['--identity-name', place.name],
      ['--subscription', place.subscriptionId],
      ['--resource-group', place.resourceGroup],
      ['--issuer', { raw: issuer }],
      ['--subject', wanted.subject],
      ['--audiences', wanted.audience],
    ]),
    terraform: [
      `resource "azurerm_federated_identity_credential" "${terraformName(target.name)}" {`,
      `  name      = ${terraformQuote(target.name)}`,
      `  parent_id = ${
        design.identity.mode === 'existing'
          ? terraformQuote(design.identity.id)
          : `azurerm_user_assigned_identity.${terraformName(design.identity.name)}.id`
      }`,
      `  resource_group_name = ${terraformQuote(place.resourceGroup)}`,
      `  issuer    = ${
        facts.issuer
          ? terraformQuote(facts.issuer)
          : `azurerm_kubernetes_cluster.${terraformName(design.cluster.name)}.oidc_issuer_url`
      }`,
      `  subject   = ${terraformQuote(wanted.subject)}`,
      `  audience  = [${terraformQuote(wanted.audience)}]`,
      '}',
    ].join('\n'),
    bicep: [
      "resource credential 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30' = {",
      '  parent: identity',
      `  name: ${bicepQuote(target.name)}`,
      '  properties: {',
      `    issuer: ${facts.issuer ? bicepQuote(facts.issuer) : 'cluster.properties.oidcIssuerProfile.issuerURL'}`,
      `    subject: ${bicepQuote(wanted.subject)}`,
      `    audiences: [ ${bicepQuote(wanted.audience)} ]`,
      '  }',
      '}',
    ].join('\n'),
  };
}
