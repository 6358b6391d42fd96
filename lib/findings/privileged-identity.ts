import { defineFinding } from './finding.ts';

const privileged = new Set([
  'Owner',
  'Contributor',
  'User Access Administrator',
  'Role Based Access Control Administrator',
]);

export const privilegedIdentity = defineFinding({
  id: 'F10',
  slug: 'privileged-identity',
  label: 'Identity holds a privileged Azure role',
  why: () =>
    'Whoever gets a token of the trusted subject holds this role as well, without any sign-in of a person. Access to Azure DevOps needs no Azure role at all.',
  source: 'https://learn.microsoft.com/azure/role-based-access-control/built-in-roles#privileged',
  judge(row) {
    const { roles, credential } = row;
    if (!credential || roles.state !== 'read') return undefined;
    const held = roles.value.filter(({ role }) => privileged.has(role));
    const [first] = held;
    if (!first) return undefined;
    // A subscription, a management group, or the root of the tenant.
    const wide = held.some(({ scope }) => !/\/resourcegroups\//i.test(scope));
    return {
      severity: wide ? 'critical' : 'high',
      title: `Identity is ${first.role}`,
      evidence: held.map(({ role, scope }) => ({ label: role, text: scope, at: roles.at })),
      remedy: { type: 'remove-role', ...first },
    };
  },
});
