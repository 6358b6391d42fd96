import type { FederatedCredential } from '../model/azure.ts';
import { sameArmId } from '../model/azure.ts';
import { workloadIdentity } from '../model/kubernetes.ts';
import { type ChangeContext, readOnce } from './change.ts';
import {
  type CredentialObservation,
  type CredentialTarget,
  sameName,
  sameTrust,
  wantedTrust,
} from './federated-credential-judgement.ts';

export async function observeCredential(
  context: ChangeContext,
  target: CredentialTarget,
): Promise<CredentialObservation> {
  const { ports, design, facts, signal } = context;
  if (!facts.identity) return { credentials: [] };
  const { id } = facts.identity;
  const credentials = await readOnce(context, `credentials ${id}`, () => ports.arm.listCredentials(id, signal));
  const wanted = wantedTrust(target, design, facts.issuer);
  const named = credentials.find((credential) => sameName(credential, target.name));
  if (!named || sameTrust(named, wanted)) return { credentials };
  const nameUsedBy = await livingUser(context, named, wanted.subject);
  return { credentials, ...(nameUsedBy ? { nameUsedBy } : {}) };
}

/**
 * Who would be cut off if this credential were rewritten. A credential that trusts nothing alive (a service account that is gone, an
 * issuer without its slash, a recreated cluster) is corrected; any other is left alone.
 */
async function livingUser(
  context: ChangeContext,
  credential: FederatedCredential,
  subject: string,
): Promise<string | undefined> {
  const { ports, design, facts, signal } = context;
  if (credential.subject === undefined) return 'a flexible credential';
  const ours = facts.issuer !== undefined && credential.issuer.replace(/\/$/, '') === facts.issuer.replace(/\/$/, '');
  if (!ours) {
    const { items, notVisible } = await ports.arm.listClusters(signal);
    const owner = items.find(({ issuerUrl }) => issuerUrl === credential.issuer);
    if (owner && !sameArmId(owner.id, design.cluster.id)) return `cluster ${owner.name}`;
    if (credential.subject === subject) return undefined;
    return notVisible.length > 0 || !owner ? `an issuer that is not this cluster’s` : undefined;
  }
  // Entra compares case-sensitively and service accounts are lower-case: a subject in other letters matches nobody.
  if (credential.subject.toLowerCase() === subject.toLowerCase()) return undefined;
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(credential.subject);
  if (!account?.[1] || !account[2]) return credential.subject;
  const kubernetes = await ports.kubernetes(design.cluster);
  const found = await kubernetes.get(
    { apiVersion: 'v1', kind: 'ServiceAccount', namespace: account[1], name: account[2] },
    signal,
  );
  // Whoever uses the identity names it; a service account that does not is trusted by mistake and loses nothing.
  const { [workloadIdentity.clientIdAnnotation]: named = '' } = found?.metadata.annotations ?? {};
  const uses = named.toLowerCase() === facts.identity?.clientId.toLowerCase();
  return uses ? `service account ${account[1]}/${account[2]}` : undefined;
}
