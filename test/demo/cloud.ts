/** How an app finds the emulator: the environment that production would fill with a real cloud. */
export interface EmulatorAddress {
  readonly tls: number;
  readonly pages: number;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly caPath: string;
}

export function cloudConfig({ tls, pages, tenantId }: Pick<EmulatorAddress, 'tls' | 'pages' | 'tenantId'>): unknown {
  const services = `https://localhost:${tls}`;
  const browser = `http://localhost:${pages}`;
  return {
    name: 'emulator',
    authorityHost: services,
    authorityMetadata: {
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      authorization_endpoint: `${browser}/${tenantId}/oauth2/v2.0/authorize`,
      token_endpoint: `${services}/${tenantId}/oauth2/v2.0/token`,
      jwks_uri: `${services}/${tenantId}/discovery/v2.0/keys`,
      end_session_endpoint: `${browser}/${tenantId}/oauth2/v2.0/logout`,
    },
    arm: { endpoint: `${services}/management.azure.com`, audience: 'https://management.azure.com/' },
    devops: {
      core: `${services}/dev.azure.com`,
      graph: `${services}/vssps.dev.azure.com`,
      entitlements: `${services}/vsaex.dev.azure.com`,
      deployment: `${services}/app.vssps.visualstudio.com`,
      resourceId: '499b84ac-1321-427f-aa17-267ca6975798',
    },
    aks: {
      serverAppId: '6dae42f8-4368-4678-94ff-3960e28e3630',
      apiServerHosts: [`localhost:${tls}`, '.azmk8s.io'],
      issuerHosts: ['.oic.prod-aks.azure.com'],
    },
    federationAudience: 'api://AzureADTokenExchange',
  };
}

export function appEnvironment(
  address: EmulatorAddress,
  options: { origin: string; port: number; dataDir: string; sessionKey: string; databaseUrl?: string },
): Record<string, string> {
  return {
    APP_ORIGIN: options.origin,
    PORT: String(options.port),
    HOST: '127.0.0.1',
    DATA_DIR: options.dataDir,
    SESSION_KEY: options.sessionKey,
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
    ENTRA_TENANT_ID: address.tenantId,
    ENTRA_CLIENT_ID: address.clientId,
    ENTRA_CLIENT_SECRET: address.clientSecret,
    CLOUD_ENVIRONMENT: 'custom',
    CLOUD_CONFIG: JSON.stringify(cloudConfig(address)),
    NODE_EXTRA_CA_CERTS: address.caPath,
    NEXT_TELEMETRY_DISABLED: '1',
  };
}
