import { type Cluster, type FederatedCredential, type Identity, sameArmId } from '../model/azure.ts';
import type { Entitlement } from '../model/devops.ts';
import { identityIdOf } from '../model/identity-id.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import type { CheckContext } from './check.ts';

/** Reads that more than one check needs; each is made once in a run. Azure throttles identities to one read in two seconds. */
export function readCluster({ ports, design, signal, once }: CheckContext): Promise<Cluster | undefined> {
  return once(`cluster ${design.cluster.id}`, () => ports.arm.getCluster(design.cluster.id, signal));
}

export function readIdentity({ ports, design, signal, once }: CheckContext): Promise<Identity | undefined> {
  const id = identityIdOf(design.identity);
  return once(`identity ${id}`, () => ports.arm.getIdentity(id, signal));
}

export function readCredentials({
  ports,
  design,
  signal,
  once,
}: CheckContext): Promise<readonly FederatedCredential[]> {
  const id = identityIdOf(design.identity);
  return once(`credentials ${id}`, async () =>
    (await ports.arm.listCredentials(id, signal)).filter(
      ({ identityId }) => sameArmId(identityId, id) || identityId === '',
    ),
  );
}

/** The identity's place in the organisation, as the operator sees it. */
export async function readEntitlement(context: CheckContext): Promise<Entitlement | undefined> {
  const { ports, design, signal, once } = context;
  const identity = await readIdentity(context);
  if (!identity) return undefined;
  return once(`entitlement ${identity.principalId}`, () =>
    ports.devops.findServicePrincipal(design.devops.organization, identity.principalId, signal),
  );
}

/** The value, or undefined where the caller's rights or the service do not give it: an explanation that cannot be read is left out. */
export async function whereVisible<Value>(read: Promise<Value>): Promise<Value | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof UpstreamError) return undefined;
    throw error;
  }
}
