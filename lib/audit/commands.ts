import { bicepQuote, commandLine, shellQuote, terraformName, terraformQuote } from '../changes/quote.ts';
import type { AuditRow, Finding, Remedy } from '../model/audit.ts';
import { workloadIdentity } from '../model/kubernetes.ts';

/** A fix by hand. Every value is quoted for its language; never a secret. */
export interface FixCommands {
  readonly title: string;
  /** What it does to what runs now, said before anybody copies it. */
  readonly effect: string;
  readonly az?: string;
  readonly terraform?: string;
  readonly bicep?: string;
  readonly kubectl?: string;
}

const api = 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2024-11-30';
/** Application id of Azure DevOps in Entra: whose token `az rest` must ask for. */
const azureDevops = '499b84ac-1321-427f-aa17-267ca6975798';
const lifetime =
  'Tokens that were issued already live up to about 24 hours; removing the Azure DevOps membership cuts at once.';

export function fixCommands(row: AuditRow, { remedy }: Pick<Finding, 'remedy'>): FixCommands {
  switch (remedy.type) {
    case 'delete-credential':
      return {
        title: 'delete the credential',
        effect: `${stops(row)} ${lifetime}`,
        az: deletion(row),
        terraform: removed(row),
        bicep: [
          '// Bicep deletes nothing that a template leaves out. Take this resource out of the template, then delete it with az.',
          `resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {`,
          `  name: ${bicepQuote(row.identity.name)}`,
          '}',
          `// resource credential '${api}', name: ${bicepQuote(row.name)}`,
        ].join('\n'),
      };
    case 'recreate-credential':
      return recreate(row, remedy);
    case 'remove-role':
      return {
        title: `take the role ${remedy.role} away`,
        effect:
          'What the identity does in Azure with this role stops. Give a narrower role on a narrower scope first if it is needed.',
        az: commandLine('az role assignment delete', [
          ['--assignee', row.identity.principalId],
          ['--role', remedy.role],
          ['--scope', remedy.scope],
        ]),
        terraform: [
          'removed {',
          `  from = azurerm_role_assignment.${terraformName(row.identity.name)}`,
          '  lifecycle {',
          '    destroy = true',
          '  }',
          '}',
        ].join('\n'),
      };
    case 'remove-group': {
      const { organization, group, member } = remedy;
      const place = group.project ? `${group.project}/${group.name}` : group.name;
      return {
        title: `take it out of ${place}`,
        effect:
          'The identity keeps its other groups. Add it to Readers or Contributors of the project first if it reads or writes there.',
        az: commandLine('az devops security group membership remove', [
          ['--organization', `https://dev.azure.com/${encodeURIComponent(organization)}`],
          ['--group-id', group.descriptor],
          ['--member-id', member],
          ['--yes'],
        ]),
        terraform: `# Take the identity out of the members of this group:\n# azuredevops_group_membership, group ${terraformQuote(group.descriptor)}, member ${terraformQuote(member)}`,
      };
    }
    case 'remove-member': {
      const { organization, member } = remedy;
      return {
        title: 'remove the member',
        effect: `Its licence in ${organization} is free at once. One that is assigned to a machine and signs in from there stops working.`,
        az: commandLine('az rest', [
          ['--method', 'delete'],
          ['--resource', azureDevops],
          [
            '--url',
            `https://vssps.dev.azure.com/${encodeURIComponent(organization)}/_apis/graph/serviceprincipals/${encodeURIComponent(member)}?api-version=7.1-preview.1`,
          ],
        ]),
        terraform: `removed {\n  from = azuredevops_service_principal_entitlement.${terraformName(row.identity.name)}\n  lifecycle {\n    destroy = true\n  }\n}`,
      };
    }
    case 'fit-workload':
      return fitWorkload(row, remedy);
    case 'own-service-account':
      return ownServiceAccount(row);
    case 'split-identity':
      return {
        title: 'give each place an identity of its own',
        effect:
          'Nothing stops: add the new identity and its credential, move the workload, then delete this credential.',
        az: [
          commandLine('az identity create', [
            ['--name', `${row.identity.name}-${suffix(row)}`],
            ['--subscription', row.identity.subscriptionId],
            ['--resource-group', row.identity.resourceGroup],
          ]),
          creation(
            row,
            `${row.identity.name}-${suffix(row)}`,
            row.credential?.issuer ?? '',
            row.credential?.subject,
            audienceOf(row),
          ),
          `# Once the workload runs under it:\n${deletion(row)}`,
        ].join('\n'),
        terraform: terraformOf(
          row,
          row.credential?.issuer ?? '',
          row.credential?.subject,
          audienceOf(row),
          `${row.identity.name}-${suffix(row)}`,
        ),
      };
  }
}

function stops({ serviceAccount, issuer, credential }: AuditRow): string {
  if (serviceAccount)
    return `What runs as ${serviceAccount.namespace}/${serviceAccount.name}${issuer?.cluster ? ` on ${issuer.cluster.name}` : ''} gets no new token.`;
  return `What presents ${credential?.subject ? `the subject ${credential.subject}` : 'a token that the expression accepts'} gets no new token.`;
}

const audienceOf = ({ credential }: AuditRow) => credential?.audiences[0] ?? '';
const suffix = ({ serviceAccount, name }: AuditRow) =>
  (serviceAccount ? `${serviceAccount.namespace}-${serviceAccount.name}` : name)
    .replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 60);

function deletion({ name, identity }: AuditRow): string {
  return commandLine('az identity federated-credential delete', [
    ['--name', name],
    ['--identity-name', identity.name],
    ['--subscription', identity.subscriptionId],
    ['--resource-group', identity.resourceGroup],
    ['--yes'],
  ]);
}

function creation(
  { name, identity }: AuditRow,
  identityName: string,
  issuer: string,
  subject: string | undefined,
  audience: string,
): string {
  return commandLine('az identity federated-credential create', [
    ['--name', name],
    ['--identity-name', identityName],
    ['--subscription', identity.subscriptionId],
    ['--resource-group', identity.resourceGroup],
    ['--issuer', issuer],
    ...(subject === undefined ? [] : [['--subject', subject] as const]),
    ['--audiences', audience],
  ]);
}

function removed({ name }: AuditRow): string {
  return [
    '# Terraform 1.7 or newer. Take the resource block out in the same change.',
    'removed {',
    `  from = azurerm_federated_identity_credential.${terraformName(name)}`,
    '  lifecycle {',
    '    destroy = true',
    '  }',
    '}',
  ].join('\n');
}

function terraformOf(
  row: AuditRow,
  issuer: string,
  subject: string | undefined,
  audience: string,
  identityName?: string,
): string {
  return [
    `resource "azurerm_federated_identity_credential" "${terraformName(row.name)}" {`,
    `  name                = ${terraformQuote(row.name)}`,
    `  resource_group_name = ${terraformQuote(row.identity.resourceGroup)}`,
    `  parent_id           = ${identityName ? `azurerm_user_assigned_identity.${terraformName(identityName)}.id` : terraformQuote(row.identity.id)}`,
    `  issuer              = ${terraformQuote(issuer)}`,
    `  subject             = ${terraformQuote(subject ?? '')}`,
    `  audience            = [${terraformQuote(audience)}]`,
    '}',
  ].join('\n');
}

function recreate(
  row: AuditRow,
  { issuer, subject, audience }: Extract<Remedy, { type: 'recreate-credential' }>,
): FixCommands {
  return {
    title: 'write the credential again',
    effect: 'The same credential gets the right values. Entra needs up to a few minutes to know them everywhere.',
    az: creation(row, row.identity.name, issuer, subject, audience).replace(
      'federated-credential create',
      'federated-credential update',
    ),
    terraform: terraformOf(row, issuer, subject, audience),
    bicep: [
      `resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {`,
      `  name: ${bicepQuote(row.identity.name)}`,
      '}',
      `resource credential '${api}' = {`,
      '  parent: identity',
      `  name: ${bicepQuote(row.name)}`,
      '  properties: {',
      `    issuer: ${bicepQuote(issuer)}`,
      ...(subject === undefined ? [] : [`    subject: ${bicepQuote(subject)}`]),
      `    audiences: [ ${bicepQuote(audience)} ]`,
      '  }',
      '}',
    ].join('\n'),
  };
}

function fitWorkload(
  { serviceAccount, identity }: AuditRow,
  { annotate, label }: Extract<Remedy, { type: 'fit-workload' }>,
): FixCommands {
  const { namespace = '', name = '' } = serviceAccount ?? {};
  const lines: string[] = [];
  if (annotate)
    lines.push(
      commandLine(`kubectl annotate serviceaccount ${shellQuote(name)}`, [
        ['--namespace', namespace],
        ['--overwrite'],
        [shellQuote(`${workloadIdentity.clientIdAnnotation}=${identity.clientId}`)],
      ]),
    );
  const patch = JSON.stringify({ spec: { template: { metadata: { labels: { [workloadIdentity.label]: 'true' } } } } });
  for (const { kind, name: workload } of label)
    lines.push(
      commandLine(`kubectl patch ${shellQuote(kind.toLowerCase())} ${shellQuote(workload)}`, [
        ['--namespace', namespace],
        ['--patch', patch],
      ]),
    );
  return {
    title: annotate ? 'name the identity on the service account' : 'label the workload',
    effect:
      'Its pods restart and get a token of their own. If nothing shall use the identity, delete the credential instead.',
    kubectl: lines.join('\n'),
  };
}

function ownServiceAccount(row: AuditRow): FixCommands {
  const { namespace = '' } = row.serviceAccount ?? {};
  const name = row.identity.name;
  const subject = `system:serviceaccount:${namespace}:${name}`;
  const credential = { ...row, name: `${row.name}-own`.slice(0, 120) };
  return {
    title: 'use a service account of its own',
    effect: 'Nothing stops until the last line: move the workload to the new service account first.',
    kubectl: [
      commandLine(`kubectl create serviceaccount ${shellQuote(name)}`, [['--namespace', namespace]]),
      commandLine(`kubectl annotate serviceaccount ${shellQuote(name)}`, [
        ['--namespace', namespace],
        [shellQuote(`${workloadIdentity.clientIdAnnotation}=${row.identity.clientId}`)],
      ]),
    ].join('\n'),
    az: [
      creation(credential, row.identity.name, row.credential?.issuer ?? '', subject, audienceOf(row)),
      `# Once the workload runs under ${namespace}/${name}:`.replace(/[\r\n]/g, ' '),
      deletion(row),
    ].join('\n'),
    terraform: terraformOf(credential, row.credential?.issuer ?? '', subject, audienceOf(row)),
  };
}
