/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: false,
  // The image optimizer and next/og have been attack surface and are not needed here.
  images: { unoptimized: true },
  agentRules: false,
  // Gives `forbidden()`: a foreign or unpermitted page answers 403, with a page of its own.
  experimental: { authInterrupts: true },
  // The proxy does not see static files.
  headers: async () => [
    { source: '/_next/static/:path*', headers: [{ key: 'X-Content-Type-Options', value: 'nosniff' }] },
  ],
  // Bundling these costs seconds and memory and breaks their wasm and lazy imports.
  serverExternalPackages: [
    '@azure/arm-authorization',
    '@azure/arm-containerservice',
    '@azure/arm-kubernetesconfiguration',
    '@azure/arm-msi',
    '@azure/arm-resourcegraph',
    '@azure/arm-resources',
    '@azure/arm-resources-subscriptions',
    '@azure/identity',
    '@azure/msal-node',
    '@electric-sql/pglite',
    '@kubernetes/client-node',
    'azure-devops-node-api',
    'isomorphic-git',
    'pg',
    'pino',
  ],
};
export default config;
