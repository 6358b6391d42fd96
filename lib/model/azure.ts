import { z } from 'zod';
import { credentialNameRule, identityNameRule } from './azure-rules.ts';

export { credentialsPerIdentity } from './azure-rules.ts';

/** An ARM resource id. Compare with `sameArmId`: services change the casing of segments at will. */
export type ArmId = string;

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly state: string;
}

export interface ResourceGroup {
  readonly id: ArmId;
  readonly name: string;
  readonly location: string;
}

export interface Cluster {
  readonly id: ArmId;
  readonly name: string;
  readonly subscriptionId: string;
  readonly subscriptionName: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly kubernetesVersion: string;
  readonly provisioningState: string;
  readonly powerState: 'Running' | 'Stopped';
  readonly privateCluster: boolean;
  readonly fqdn: string;
  readonly oidcIssuerEnabled: boolean;
  /** Exactly as AKS returns it, trailing slash included; absent while the issuer is off. */
  readonly issuerUrl?: string;
  readonly workloadIdentityEnabled: boolean;
  /** Entra-integrated clusters need a token for the AKS server application; others cannot be read with the operator's own rights. */
  readonly entraIntegrated: boolean;
  readonly azureRbac: boolean;
  readonly kubeletClientId?: string;
  readonly kubeletObjectId?: string;
  readonly eTag?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface RoleAssignment {
  readonly principalId: string;
  readonly principalType: string;
  /** Name of the role; its id where the definition could not be read. */
  readonly role: string;
  readonly scope: string;
}

export interface Identity {
  readonly id: ArmId;
  readonly name: string;
  readonly subscriptionId: string;
  readonly subscriptionName: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly clientId: string;
  readonly principalId: string;
  readonly tenantId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface FederatedCredential {
  readonly id: ArmId;
  readonly name: string;
  readonly identityId: ArmId;
  readonly issuer: string;
  /** Absent on flexible credentials, which carry an expression instead. */
  readonly subject?: string;
  readonly audiences: readonly string[];
  readonly claimsMatchingExpression?: string;
}

export const credentialNameSchema = z.string().regex(credentialNameRule.pattern, credentialNameRule.message);
export const identityNameSchema = z.string().regex(identityNameRule.pattern, identityNameRule.message);
export const resourceGroupNameSchema = z
  .string()
  .regex(
    /^[\w()-]([\w().-]{0,88}[\w()-])?$/,
    'Use 1 to 90 letters, digits, underscores, hyphens, dots or parentheses, not ending with a dot.',
  );
export const armIdSchema = z
  .string()
  .regex(
    /^\/subscriptions\/[0-9a-f-]{36}\/resource[gG]roups\/[^/]+\/providers\/[\w.]+(\/[\w-]+\/[^/]+)+$/,
    'Not an Azure resource id.',
  );

export function sameArmId(left: ArmId, right: ArmId): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** `{subscriptionId, resourceGroup, name}` of a resource id; throws on anything else. */
export function parseArmId(id: ArmId): { subscriptionId: string; resourceGroup: string; name: string } {
  const match = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/.+\/([^/]+)$/i.exec(id);
  if (!match?.[1] || !match[2] || !match[3]) throw new Error(`Not an Azure resource id: ${id}`);
  return { subscriptionId: match[1], resourceGroup: match[2], name: match[3] };
}
