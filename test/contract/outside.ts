import { createAccessToken } from '../../lib/clients/access-token.ts';
import type { OperatorTokens } from '../../lib/clients/operator-tokens.ts';
import { createPorts } from '../../lib/clients/ports.ts';
import { builtInClouds, type CloudEnvironment } from '../../lib/model/cloud.ts';
import type { AccessToken, Ports } from '../../lib/ports.ts';
import { UpstreamError } from '../../lib/problems/upstream-error.ts';
import type { Emulator, EmulatorOptions } from '../emulator/core/emulator.ts';
import type { World } from '../emulator/core/world.ts';
import { startTestEmulator } from '../emulator/test-emulator.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';

/** The emulator as a cloud of its own: the same configuration that a sovereign or private cloud has. */
export function cloudOf(world: World): CloudEnvironment {
  return {
    ...builtInClouds.public,
    name: 'emulator',
    authorityHost: world.url('login.microsoftonline.com'),
    arm: { endpoint: world.url('management.azure.com'), audience: 'https://management.azure.com/' },
    devops: {
      core: world.url('dev.azure.com'),
      graph: world.url('vssps.dev.azure.com'),
      entitlements: world.url('vsaex.dev.azure.com'),
      deployment: world.url('app.vssps.visualstudio.com'),
      resourceId: builtInClouds.public.devops.resourceId,
    },
    aks: { ...builtInClouds.public.aks, apiServerHosts: [`localhost:${world.ports.tls}`, '.azmk8s.io'] },
  };
}

/** Delegated tokens of a person, as the emulator's Entra issues them. */
export function tokensOf(world: World, person: { oid: string; upn: string; name: string }): OperatorTokens {
  return {
    async get(audience) {
      const principal = {
        kind: 'user',
        tenantId: contosoTenantId,
        oid: person.oid,
        name: person.upn,
        displayName: person.name,
      } as const;
      const token = await world.tokens.issue(principal, audience, 3_600);
      return createAccessToken(token, new Date(Date.now() + 3_600_000));
    },
  };
}

export interface Outside {
  readonly emulator: Emulator;
  readonly world: World;
  readonly cloud: CloudEnvironment;
  /** As the operator, who holds the rights. */
  readonly ports: Ports;
  portsOf(person: { oid: string; upn: string; name: string }): Ports;
}

export async function startOutside(options: EmulatorOptions): Promise<Outside> {
  const emulator = await startTestEmulator(options);
  const { world } = emulator;
  const cloud = cloudOf(world);
  const portsOf = (person: { oid: string; upn: string; name: string }) =>
    createPorts({ cloud, tokens: tokensOf(world, person) });
  return { emulator, world, cloud, ports: portsOf(users.operator), portsOf };
}

/** The UpstreamError that a call must end in. */
export async function failureOf(work: Promise<unknown>): Promise<UpstreamError> {
  const result = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in result)) throw new Error(`Expected a failure, got ${JSON.stringify(result.value)}`);
  if (!(result.error instanceof UpstreamError)) throw result.error;
  return result.error;
}

export function identityNamed(world: World, name: string) {
  const found = [...world.azure.identities.values()].find((entry) => entry.name === name);
  if (!found) throw new Error(`no identity ${name}`);
  return found;
}

/** An Azure DevOps token of a managed identity, as the exchange would give it. */
export async function workloadToken(world: World, name: string): Promise<AccessToken> {
  const { principalId, clientId } = identityNamed(world, name);
  const principal = {
    kind: 'servicePrincipal',
    tenantId: contosoTenantId,
    oid: principalId,
    name: clientId,
    displayName: name,
  } as const;
  const token = await world.tokens.issue(principal, 'devops', 3_600);
  return createAccessToken(token, new Date(Date.now() + 3_600_000));
}
