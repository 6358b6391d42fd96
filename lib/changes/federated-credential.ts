import { type FederatedCredential, parseArmId } from '../model/azure.ts';
import { identityIdOf } from '../model/identity-id.ts';
import { serviceAccountSubject } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { defineChange } from './change.ts';
import {
  type CredentialObservation,
  type CredentialTarget,
  judgeCredential,
  type Trust,
  wantedTrust,
} from './federated-credential-judgement.ts';
import { observeCredential } from './federated-credential-observation.ts';
import { proveExchange } from './federated-credential-proof.ts';
import { renderCredential } from './federated-credential-render.ts';

export const federatedCredential = defineChange<CredentialTarget, CredentialObservation>({
  id: 'federated-credential',
  layer: 'federation',
  needs: ['cluster-oidc-issuer', 'identity'],
  observesAfter: ['cluster-oidc-issuer', 'identity'],
  // Azure refuses two credential writes on one identity at once, and throttles them to one in four seconds.
  serialKey: (design) => identityIdOf(design.identity).toLowerCase(),
  paceMs: 4_000,
  targets: (design) => design.credentials,
  key: (target) => target.name,
  title: (target) => `Credential ${target.name}`,
  observe: observeCredential,
  diff(observed, target, design, facts) {
    const judged = judgeCredential(observed, wantedTrust(target, design, facts.issuer), target, design);
    if (judged.kind === 'equal')
      return {
        state: 'right',
        how:
          judged.credential.name === target.name
            ? 'Issuer, subject and audience are equal'
            : `Adopted: ${judged.credential.name} is equal`,
      };
    if (judged.kind === 'blocked') return { state: 'blocked', problem: judged.problem };
    const fields = credentialFields(
      wantedTrust(target, design, facts.issuer),
      judged.kind === 'update' ? judged.credential : undefined,
    );
    return judged.kind === 'update'
      ? {
          state: 'update',
          fields,
          ...(judged.credential.name === target.name
            ? {}
            : { note: `Written to ${judged.credential.name}, which already has this issuer and subject.` }),
        }
      : {
          state: 'create',
          fields,
          note: 'Written alone: Azure refuses two credential writes on one identity at once.',
        };
  },
  async apply({ ports, design, facts, signal }, target, observed) {
    if (!facts.issuer || !facts.identity)
      throw new Error('Issuer and identity are known before a credential is written');
    const judged = judgeCredential(observed, wantedTrust(target, design, facts.issuer), target, design);
    const name = judged.kind === 'update' ? judged.credential.name : target.name;
    const { correlationId } = await ports.arm.putCredential(
      facts.identity.id,
      name,
      {
        issuer: facts.issuer,
        subject: serviceAccountSubject(target.namespace, target.serviceAccount),
        audience: design.federationAudience,
      },
      signal,
    );
    return correlationId ? { correlationId } : {};
  },
  settle: proveExchange,
  waitFor(error) {
    if (error.code === 'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity')
      return {
        reason: 'Another credential of this identity is being written',
        usually: 'a few seconds',
        pauseMs: 10_000,
        budgetMs: 180_000,
      };
    // The identity was created a moment ago and is not known everywhere.
    if (error.kind === 'absent')
      return {
        reason: 'Waiting for Azure to know the new identity',
        usually: 'up to a minute',
        pauseMs: 5_000,
        budgetMs: 180_000,
      };
    return undefined;
  },
  undo: {
    async run({ ports, facts, signal }, target) {
      if (facts.identity) await ports.arm.deleteCredential(facts.identity.id, target.name, signal);
    },
  },
  rights(_target, design) {
    const id = identityIdOf(design.identity);
    const { subscriptionId, resourceGroup } = parseArmId(id);
    return [
      {
        kind: 'azure',
        right: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
        // An identity that is still to be made has no permissions to list; those of its group are inherited.
        scope:
          design.identity.mode === 'existing' ? id : `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
        role: 'Managed Identity Federated Identity Credential Contributor',
      },
    ];
  },
  render: (target, design, facts) => renderCredential(target, design, facts, wantedTrust(target, design, facts.issuer)),
});

function credentialFields(wanted: Trust, existing: FederatedCredential | undefined): readonly FieldChange[] {
  const old = existing && {
    issuer: existing.issuer,
    subject: existing.subject,
    audience: existing.audiences.join(', '),
  };
  return (['issuer', 'subject', 'audience'] as const)
    .map((field) => ({
      field,
      ...(old?.[field] === undefined ? {} : { old: old[field] }),
      ...(wanted[field] === undefined ? { knownAfter: 'the issuer is on' } : { new: wanted[field] }),
    }))
    .filter((field) => field.old === undefined || !('new' in field) || field.old !== field.new);
}
