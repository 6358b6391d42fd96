import type { Identity } from '../model/azure.ts';
import { makeProblem } from '../problems/make-problem.ts';
import { defineCheck, type Outcome } from './check.ts';
import { complete, drifted } from './configured.ts';
import { federatedCredential } from './federated-credential.ts';
import { readIdentity } from './reads.ts';

/** Whose token it is, Azure DevOps says one link further; here the identity itself is looked at. */
export const identity = defineCheck<
  { readonly identity: Identity },
  { readonly exchanged: typeof federatedCredential }
>({
  id: 'identity',
  needs: { exchanged: federatedCredential },
  timeoutMs: 15_000,
  label: (design) => ({ realm: 'entra', place: design.tenantId, kind: 'Identity', name: design.identity.name }),
  async run(context): Promise<Outcome<{ readonly identity: Identity }>> {
    const { design } = context;
    const found = await readIdentity(context);
    if (!found)
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('identity/missing', { title: `Identity ${design.identity.name} does not exist` }),
      };
    if (found.tenantId.toLowerCase() !== design.devops.tenantId.toLowerCase())
      return {
        status: 'fail',
        configured: drifted,
        problem: makeProblem('identity/wrong-tenant', {
          evidence: [
            {
              label: 'Tenant',
              expected: design.devops.tenantId,
              expectedFrom: 'from organisation',
              seen: found.tenantId,
              seenIn: 'in identity',
            },
          ],
        }),
      };
    return { status: 'pass', value: { identity: found }, configured: complete, detail: `Client id ${found.clientId}` };
  },
  async configured(context) {
    return (await readIdentity(context)) ? complete : drifted;
  },
});
