import type { AuditRow } from '../model/audit.ts';
import { defineFinding } from './finding.ts';

/** Service accounts of one namespace count as one: whoever may start a pod there can take any of them. */
function placeOf({ credential, issuer, serviceAccount }: AuditRow): { readonly key: string; readonly name: string } {
  const who = serviceAccount?.namespace ?? credential?.subject ?? 'expression';
  return {
    key: `${issuer?.cluster?.id ?? credential?.issuer} ${who}`,
    name: `${issuer?.cluster?.name ?? issuer?.host ?? ''} / ${who}`,
  };
}

export const sharedIdentity = defineFinding({
  id: 'F9',
  slug: 'shared-identity',
  label: 'Several places share one identity',
  why: () =>
    'What one of them may do, all may do, and neither Azure nor Azure DevOps can tell them apart afterwards. Cutting one off means cutting all off.',
  source:
    'https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations',
  judge(row, { siblings }) {
    if (!row.credential || row.issuer?.kind === 'identity-binding') return undefined;
    const trusts = siblings.filter(({ credential, issuer }) => credential && issuer?.kind !== 'identity-binding');
    const places = [...new Map(trusts.map(placeOf).map(({ key, name }) => [key, name])).values()];
    if (places.length < 2) return undefined;
    const clusters = new Set(trusts.map(({ credential }) => credential?.issuer));
    const environments = new Set(trusts.flatMap(({ issuer }) => issuer?.cluster?.environment ?? []));
    const mixed = environments.has('production') && environments.size > 1;
    return {
      severity: 'medium',
      title: mixed
        ? 'Production and other environments on one identity'
        : clusters.size > 1
          ? `${clusters.size} clusters or issuers share one identity`
          : `${places.length} namespaces or subjects share one identity`,
      evidence: [
        { label: 'Identity', text: `${row.identity.name} is trusted from ${places.length} places`, at: row.readAt },
        {
          label: 'Places',
          text: `${places.slice(0, 6).join(', ')}${places.length > 6 ? ` and ${places.length - 6} more` : ''}`,
          at: row.readAt,
        },
        ...(environments.size > 0
          ? [{ label: 'Environments', text: [...environments].sort().join(', '), at: row.readAt }]
          : []),
      ],
      remedy: { type: 'split-identity' },
    };
  },
});
