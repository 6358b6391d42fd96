import 'server-only';
import type { Cluster, FederatedCredential } from '../../model/azure.ts';
import type { Connection } from '../../model/connection.ts';
import { serviceAccountSubject } from '../../model/kubernetes.ts';
import type { Problem, Result } from '../../model/problem.ts';
import { makeProblem } from '../../problems/make-problem.ts';
import { suggestCredentials } from '../../setup/steps.ts';
import { env } from '../env.ts';
import { readCluster } from './cluster.ts';
import { readCredentials } from './identity.ts';

export interface FederationRow {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly name: string;
  readonly subject: string;
  readonly adopts?: string;
  readonly clash?: Problem;
}
export interface Federation {
  readonly rows: readonly FederationRow[];
  readonly issuer?: string;
  readonly audience: string;
  readonly identity: { readonly name: string; readonly isNew: boolean };
  readonly existing: readonly FederatedCredential[];
}

/** The credential for each subject as it will be written, beside what the identity trusts already. */
export async function readFederation(connection: Connection): Promise<Result<Federation>> {
  const { cluster, consumers, identity, federation } = connection.answers;
  if (!cluster || !consumers || !identity)
    throw new Error('The federation step needs cluster, consumers and identity.');
  const [live, existing] = await Promise.all([
    readCluster(cluster.value.id),
    identity.value.mode === 'existing' ? readCredentials(identity.value.id) : { ok: true as const, value: [] },
  ]);
  if (!live.ok) return live;
  if (!existing.ok) return existing;
  const issuer = issuerOf(live.value);
  const audience = env().cloud.federationAudience;
  const saved = federation?.value.credentials ?? [];
  const suggested = suggestCredentials(cluster.value.name, consumers.value.consumers);
  return {
    ok: true,
    value: {
      rows: suggested.map((one) => {
        const chosen = saved.find(
          ({ namespace, serviceAccount }) => namespace === one.namespace && serviceAccount === one.serviceAccount,
        );
        return rowOf(one, chosen?.name ?? one.name, existing.value, issuer, audience);
      }),
      issuer,
      audience,
      identity: { name: identity.value.name, isNew: identity.value.mode === 'new' },
      existing: existing.value,
    },
  };
}

function issuerOf(cluster: Cluster | undefined): string | undefined {
  return cluster?.oidcIssuerEnabled ? cluster.issuerUrl : undefined;
}

function rowOf(
  { namespace, serviceAccount }: { namespace: string; serviceAccount: string },
  name: string,
  existing: readonly FederatedCredential[],
  issuer: string | undefined,
  audience: string,
): FederationRow {
  const subject = serviceAccountSubject(namespace, serviceAccount);
  const row = { namespace, serviceAccount, name, subject };
  const equal = existing.find(
    (one) => one.issuer === issuer && one.subject === subject && one.audiences[0] === audience,
  );
  if (equal) return { ...row, adopts: equal.name };
  const taken = existing.find((one) => one.name.toLowerCase() === name.toLowerCase() && one.subject !== subject);
  if (!taken) return row;
  return {
    ...row,
    clash: makeProblem('federation/name-taken', {
      evidence: [
        {
          label: 'Subject',
          expected: subject,
          expectedFrom: 'this service account',
          seen: taken.subject ?? taken.claimsMatchingExpression,
          seenIn: taken.name,
        },
      ],
    }),
  };
}
