import { z } from 'zod';

/**
 * Every endpoint and audience of one Azure cloud. Nothing else in the app knows where it runs.
 * URLs are https origins or base URLs without a trailing slash; `issuer`-like values keep theirs, because Entra compares them byte for byte.
 */
export const cloudEnvironmentSchema = z.object({
  name: z.string().min(1),
  /** Entra authority host, for example `https://login.microsoftonline.com`. */
  authorityHost: z.url(),
  /**
   * Endpoints that MSAL would otherwise discover. Needed where the authority is not one that MSAL knows
   * (private clouds); the authorization endpoint is opened by the operator's browser, the others by this server.
   */
  authorityMetadata: z
    .object({
      issuer: z.url(),
      authorization_endpoint: z.url(),
      token_endpoint: z.url(),
      jwks_uri: z.url(),
      end_session_endpoint: z.url(),
    })
    .optional(),
  arm: z.object({ endpoint: z.url(), /** Resource of ARM tokens, with its trailing slash. */ audience: z.string() }),
  devops: z.object({
    /** Core host, for example `https://dev.azure.com`; `{org}` is appended as a path segment to each host but `deployment`. */
    core: z.url(),
    graph: z.url(),
    entitlements: z.url(),
    deployment: z.url(),
    /** Application id of Azure DevOps in Entra; also the token audience. */
    resourceId: z.guid(),
  }),
  aks: z.object({
    /** Application id of the AKS Entra server; audience of API-server tokens. */
    serverAppId: z.guid(),
    /** Hosts (exact, or suffix when it starts with a dot) on which API servers of this cloud may live. */
    apiServerHosts: z.array(z.string()).min(1),
    /** Host suffixes of AKS OIDC issuers, for example `.oic.prod-aks.azure.com`. */
    issuerHosts: z.array(z.string()).min(1),
  }),
  /** The one audience that a federated credential and a projected token must carry here. */
  federationAudience: z.string(),
});
export type CloudEnvironment = z.infer<typeof cloudEnvironmentSchema>;

const devopsPublic = {
  core: 'https://dev.azure.com',
  graph: 'https://vssps.dev.azure.com',
  entitlements: 'https://vsaex.dev.azure.com',
  deployment: 'https://app.vssps.visualstudio.com',
  resourceId: '499b84ac-1321-427f-aa17-267ca6975798',
};
const aksServerAppId = '6dae42f8-4368-4678-94ff-3960e28e3630';

/** Azure DevOps Services exists in the public cloud only; sovereign clouds federate from their own Entra and AKS. */
export const builtInClouds = {
  public: {
    name: 'public',
    authorityHost: 'https://login.microsoftonline.com',
    arm: { endpoint: 'https://management.azure.com', audience: 'https://management.azure.com/' },
    devops: devopsPublic,
    aks: {
      serverAppId: aksServerAppId,
      apiServerHosts: ['.azmk8s.io'],
      issuerHosts: ['.oic.prod-aks.azure.com', 'oidc.prod-aks.azure.com'],
    },
    federationAudience: 'api://AzureADTokenExchange',
  },
  usgov: {
    name: 'usgov',
    authorityHost: 'https://login.microsoftonline.us',
    arm: { endpoint: 'https://management.usgovcloudapi.net', audience: 'https://management.usgovcloudapi.net/' },
    devops: devopsPublic,
    aks: {
      serverAppId: aksServerAppId,
      apiServerHosts: ['.cx.aks.containerservice.azure.us'],
      issuerHosts: ['.oic.prod-aks.azure.us', 'oidc.prod-aks.azure.us'],
    },
    federationAudience: 'api://AzureADTokenExchangeUSGov',
  },
  china: {
    name: 'china',
    authorityHost: 'https://login.partner.microsoftonline.cn',
    arm: { endpoint: 'https://management.chinacloudapi.cn', audience: 'https://management.chinacloudapi.cn/' },
    devops: devopsPublic,
    aks: {
      serverAppId: aksServerAppId,
      apiServerHosts: ['.cx.prod.service.azk8s.cn'],
      issuerHosts: ['.oic.prod-aks.azure.cn', 'oidc.prod-aks.azure.cn'],
    },
    federationAudience: 'api://AzureADTokenExchangeChina',
  },
} as const satisfies Record<string, CloudEnvironment>;
