import { z } from 'zod';

export interface Organization {
  readonly name: string;
  /** Absent when the organisation is not backed by Entra ID. */
  readonly tenantId?: string;
}
export interface Project {
  readonly id: string;
  readonly name: string;
}
export interface Repository {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  /** `https://dev.azure.com/{org}/{project}/_git/{repo}` of this cloud, without a user name. */
  readonly url: string;
  readonly disabled: boolean;
  readonly defaultBranch?: string;
}
export interface Group {
  readonly descriptor: string;
  readonly name: string;
}
export type License = 'express' | 'stakeholder' | 'advanced' | 'professional' | 'earlyAdopter' | 'none';

/** A service principal's place in an organisation. */
export interface Entitlement {
  /** Storage key: equals the id in `connectionData`. */
  readonly id: string;
  readonly descriptor: string;
  readonly originId: string;
  readonly license: License;
  readonly licenseName: string;
  readonly status: string;
}

/** A service principal that an organisation knows. */
export interface ServicePrincipalMember {
  readonly descriptor: string;
  /** Object id in Entra: the principal id of an identity. */
  readonly originId: string;
  readonly displayName: string;
}

export interface OrganizationGroup extends Group {
  /** Name of its project; absent for groups of the organisation. */
  readonly project?: string;
}

/** The caller as Azure DevOps sees it. */
export interface DevopsCaller {
  readonly id: string;
  readonly descriptor: string;
  readonly displayName: string;
}

export const organizationNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/,
    'Use 1 to 50 letters, digits or hyphens, as in the address of the organisation.',
  );
export const accessSchema = z.enum(['read', 'contribute']);
export type Access = z.infer<typeof accessSchema>;
