import type { Tenant, User, World } from '../core/world.ts';

/** Fixed ids, so that a demo restarted over kept application data still knows its people. */
export const contosoTenantId = '5f0c3b1e-8a4d-4c27-9b65-2d7e41a90c11';
export const fabrikamTenantId = 'b7a1e6d4-3c52-4f80-8e19-60f4d2c85a22';
export const applicationClientId = '0d6f2c9a-71b8-4e35-a4d0-93c85be7f133';

/** Accepted by the simulated Entra alone; it opens nothing outside this process. */
export const applicationSecret = 'emulator-only-not-a-secret';

export const users = {
  operator: user('1a5e7c30-92d4-4b1f-8f63-c04a7d25e001', 'operator@contoso.example', 'Olivia Operator', ['Operator'], {
    note: 'Platform engineer. May set up connections, and holds the rights in Azure and Azure DevOps.',
  }),
  auditor: user('2b6f8d41-a3e5-4c20-9a74-d15b8e36f002', 'auditor@contoso.example', 'Anders Auditor', ['Auditor'], {
    note: 'Security team. Reads everything, changes nothing.',
  }),
  lead: user('3c709e52-b4f6-4d31-ab85-e26c9f470003', 'lead@contoso.example', 'Lena Lead', ['Viewer'], {
    note: 'Leads a product team. Sees which deployments still run on tokens.',
  }),
  newcomer: user('4d81af63-c507-4e42-bc96-f37da0580004', 'newcomer@contoso.example', 'Nico Newcomer', [], {
    note: 'First day. Signed up nowhere yet: no role in the application.',
  }),
} as const;

function user(oid: string, upn: string, name: string, roles: readonly string[], { note }: { note: string }): User {
  return { oid, upn, name, roles: [...roles], note };
}

/** Paths of the application under test; Entra ignores the port of a localhost redirect URI (RFC 8252, 7.3). */
const redirectUris = ['http://localhost:3000/auth/callback', 'http://localhost:3000/sign-in', 'http://localhost:3000/'];

export function contoso(): Tenant {
  return {
    id: contosoTenantId,
    name: 'Contoso',
    domain: 'contoso.example',
    users: Object.values(users).map((person) => ({ ...person, roles: [...person.roles] })),
    applications: [
      {
        clientId: applicationClientId,
        name: 'Patless',
        redirectUris: [...redirectUris],
        secrets: [applicationSecret],
        assertions: [],
        consents: new Map(),
      },
    ],
  };
}

/** Contoso, whose people sign in, and a partner's tenant that only owns an Azure DevOps organisation. */
export async function seedDirectory(world: World): Promise<void> {
  world.directory.tenants.push(contoso(), {
    id: fabrikamTenantId,
    name: 'Fabrikam',
    domain: 'fabrikam.example',
    users: [],
    applications: [],
  });
}
