import { serviceAccountSubject } from '../model/kubernetes.ts';
import type { AccessToken } from '../ports.ts';
import { codesOf, diagnose } from '../problems/diagnose.ts';
import { propagationCodes } from '../problems/diagnosis/entra.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { type CheckContext, defineCheck } from './check.ts';
import { complete, drifted, unseen } from './configured.ts';
import { explainRefusal } from './federated-credential-refusal.ts';
import { readCredentials, whereVisible } from './reads.ts';
import { serviceAccount } from './service-account.ts';

export const federatedCredential = defineCheck<
  { readonly token: AccessToken },
  { readonly assertion: typeof serviceAccount }
>({
  id: 'federated-credential',
  needs: { assertion: serviceAccount },
  timeoutMs: 25_000,
  label: (design, consumer, workload) => ({
    realm: 'entra',
    place: design.identity.name,
    kind: 'Federated credential',
    name: nameOf(design, consumer.namespace, workload.serviceAccount),
  }),
  async run(context, { assertion }) {
    const { ports, signal } = context;
    try {
      const token = await ports.entra.exchange(
        {
          tenantId: assertion.tenantId,
          clientId: assertion.clientId,
          scope: `${ports.cloud.devops.resourceId}/.default`,
          assertion: assertion.token,
        },
        signal,
      );
      return { status: 'pass', value: { token }, configured: complete, detail: 'Entra ID accepted the exchange' };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const { claims } = assertion;
      const said = diagnose(error, { ...claims, clientId: assertion.clientId });
      if (!codesOf(error).some((code) => propagationCodes.has(code) || code.startsWith('AADSTS70021'))) throw error;
      // Why, is not in Entra's answer: the identity's credentials are read and compared with the token.
      const credentials = await whereVisible(readCredentials(context));
      if (!credentials) return { status: 'fail', configured: unseen, problem: said };
      const { problem, propagating } = explainRefusal(
        said,
        credentials,
        claims,
        nameOf(context.design, context.consumer.namespace, context.workload.serviceAccount),
      );
      if (propagating) return { status: 'unclear', as: 'waiting', configured: complete, problem };
      return { status: 'fail', configured: drifted, problem };
    }
  },
  configured: (context) => configuredNow(context),
});

async function configuredNow(context: CheckContext) {
  const { design, consumer, workload } = context;
  const subject = serviceAccountSubject(consumer.namespace, workload.serviceAccount);
  const credentials = await readCredentials(context);
  return credentials.some(
    (credential) => credential.subject === subject && credential.audiences[0] === design.federationAudience,
  )
    ? complete
    : drifted;
}

function nameOf({ credentials }: CheckContext['design'], namespace: string, account: string): string {
  const designed = credentials.find((each) => each.namespace === namespace && each.serviceAccount === account);
  return designed?.name ?? serviceAccountSubject(namespace, account);
}
