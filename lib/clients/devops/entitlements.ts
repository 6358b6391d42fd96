import { z } from 'zod';
import type { Entitlement, License } from '../../model/devops.ts';
import type { UpstreamKind } from '../../problems/upstream-error.ts';
import { UpstreamError } from '../../problems/upstream-error.ts';
import { codeIn } from './failure.ts';
import { findPrincipal, storageKey } from './graph.ts';
import { type DevopsSession, orUndefined } from './session.ts';

const entitlementSchema = z.object({
  id: z.string(),
  servicePrincipal: z.object({ descriptor: z.string().default(''), originId: z.string().default('') }),
  accessLevel: z.object({
    accountLicenseType: z.string().default('none'),
    licenseDisplayName: z.string().default(''),
    status: z.string().default(''),
  }),
});
const errorsSchema = z.array(z.object({ key: z.coerce.number(), value: z.string().default('') })).nullish();
const resultSchema = z.object({ isSuccess: z.boolean().default(false), errors: errorsSchema });
const postSchema = z.object({
  isSuccess: z.boolean(),
  operationResult: resultSchema.nullish(),
  servicePrincipalEntitlement: entitlementSchema.nullish(),
});
const patchSchema = z.object({ isSuccess: z.boolean(), operationResults: z.array(resultSchema).nullish() });
const licenses: readonly License[] = ['express', 'stakeholder', 'advanced', 'professional', 'earlyAdopter', 'none'];
const goneStatuses = new Set(['deleted', 'none']);

export async function findServicePrincipal(
  session: DevopsSession,
  organization: string,
  originId: string,
  signal: AbortSignal,
): Promise<Entitlement | undefined> {
  const principal = await findPrincipal(session, organization, originId, signal);
  return principal && readEntitlement(session, organization, principal.id, signal);
}

export async function getEntitlement(
  session: DevopsSession,
  organization: string,
  descriptor: string,
  signal: AbortSignal,
): Promise<Entitlement | undefined> {
  const id = await storageKey(session, organization, descriptor, signal);
  return id === undefined ? undefined : readEntitlement(session, organization, id, signal);
}

async function readEntitlement(
  session: DevopsSession,
  organization: string,
  id: string,
  signal: AbortSignal,
): Promise<Entitlement | undefined> {
  const found = await orUndefined(
    session.read('get entitlement', signal, async (rest) => {
      const answer = await rest.get(entitlementUrl(session, organization, id));
      return entitlementSchema.parse(answer.result);
    }),
  );
  // A removed principal keeps its identity, and the entitlement may still be told with such a status.
  if (!found || goneStatuses.has(found.accessLevel.status)) return undefined;
  return toEntitlement(found);
}

export async function addServicePrincipal(
  session: DevopsSession,
  organization: string,
  originId: string,
  license: License,
  signal: AbortSignal,
): Promise<{ entitlement: Entitlement; correlationId?: string }> {
  const operation = 'add service principal';
  const { value, correlationId } = await session.call(operation, { signal, write: true }, async (rest) => {
    const answer = await rest.create(session.url('entitlements', organization, 'serviceprincipalentitlements'), {
      accessLevel: { accountLicenseType: license, licensingSource: 'account' },
      servicePrincipal: { origin: 'aad', originId, subjectKind: 'servicePrincipal' },
    });
    return postSchema.parse(answer.result);
  });
  const success = value.isSuccess && (value.operationResult?.isSuccess ?? true);
  if (!success || !value.servicePrincipalEntitlement)
    throw entitlementFailure(operation, value.operationResult?.errors, correlationId);
  return { entitlement: toEntitlement(value.servicePrincipalEntitlement), correlationId };
}

export async function setLicense(
  session: DevopsSession,
  organization: string,
  entitlementId: string,
  license: License,
  signal: AbortSignal,
): Promise<{ correlationId?: string }> {
  const operation = 'set license';
  const { value, correlationId } = await session.call(operation, { signal, write: true }, async (rest) => {
    const patch = [
      {
        from: '',
        op: 'replace',
        path: '/accessLevel',
        value: { accountLicenseType: license, licensingSource: 'account' },
      },
    ];
    const answer = await rest.update(entitlementUrl(session, organization, entitlementId), patch, {
      additionalHeaders: { 'Content-Type': 'application/json-patch+json' },
    });
    return patchSchema.parse(answer.result);
  });
  const failed = value.operationResults?.find(({ isSuccess }) => !isSuccess);
  if (!value.isSuccess || failed) throw entitlementFailure(operation, failed?.errors, correlationId);
  return { correlationId };
}

export async function removeServicePrincipal(
  session: DevopsSession,
  organization: string,
  entitlementId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await session.call('remove service principal', { signal, write: true }, (rest) =>
      rest.del(entitlementUrl(session, organization, entitlementId)),
    );
  } catch (error) {
    if (!(error instanceof UpstreamError && error.kind === 'absent')) throw error;
  }
}

/**
 * HTTP 200 with `isSuccess: false`. The key is a class, the text the cause: 5000 alone holds transient and final ones.
 * Exported for its test.
 */
export function entitlementFailure(
  operation: string,
  errors: z.infer<typeof errorsSchema>,
  correlationId: string | undefined,
): UpstreamError {
  const [first] = errors ?? [];
  const { kind, code } = classify(first?.key, first?.value ?? '');
  const message = first ? `(${first.key}) ${first.value}` : 'Azure DevOps reported a failure without a reason.';
  return new UpstreamError({ service: 'devops', operation, kind, status: 200, code, message, correlationId });
}

function classify(key: number | undefined, text: string): { kind: UpstreamKind; code?: string } {
  const code = codeIn(text);
  if (code === 'VS403283' || code === 'VS860016') return { kind: 'absent', code };
  if (key === 5032 || /^Access Denied/i.test(text)) return { kind: 'refused', code: '5032' };
  return { kind: 'invalid', code: code ?? (key === undefined ? undefined : String(key)) };
}

function entitlementUrl(session: DevopsSession, organization: string, id: string): string {
  return session.url('entitlements', organization, `serviceprincipalentitlements/${encodeURIComponent(id)}`);
}

function toEntitlement({ id, servicePrincipal, accessLevel }: z.infer<typeof entitlementSchema>): Entitlement {
  return {
    id,
    descriptor: servicePrincipal.descriptor,
    originId: servicePrincipal.originId,
    license: licenses.find((license) => license === accessLevel.accountLicenseType) ?? 'none',
    licenseName: accessLevel.licenseDisplayName,
    status: accessLevel.status,
  };
}
