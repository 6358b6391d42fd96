import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { builtInClouds, type CloudEnvironment, cloudEnvironmentSchema } from '../model/cloud.ts';

// No 'server-only' here: the launcher (lib/start/main.ts) validates the same environment on plain Node, outside a React server.

/** How the app proves to Entra who it is. A secret is the lesser choice: it can be copied and it expires. */
export type ClientCredential =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'certificate'; readonly path: string }
  | { readonly kind: 'federated-token'; readonly path: string };

export interface Environment {
  /** Origin of the app as browsers see it, without a trailing slash. */
  readonly appOrigin: string;
  readonly secureCookies: boolean;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: ClientCredential;
  readonly cloud: CloudEnvironment;
  /** 32 bytes: encrypts token caches and sign-in transactions at rest. */
  readonly sessionKey: Uint8Array;
  readonly sessionIdleMs: number;
  readonly sessionMs: number;
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly host: string;
  readonly port: number;
}

/** Every missing or invalid name at once, each with what it is and what to do. Never a value. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The environment is not complete:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

const text = z.string().trim();
const variables = {
  APP_ORIGIN: {
    schema: text.refine(isAppOrigin),
    what: 'Origin of this app as browsers see it. Set it to https://<host> (http only on localhost), without a path.',
  },
  ENTRA_TENANT_ID: {
    schema: z.guid(),
    what: 'Tenant that people sign in from. Set it to the directory (tenant) id, a GUID.',
  },
  ENTRA_CLIENT_ID: {
    schema: z.guid(),
    what: 'App registration of this app. Set it to its application (client) id, a GUID.',
  },
  SESSION_KEY: {
    schema: text.refine((value) => /^[A-Za-z0-9+/_-]{43}=?$/.test(value)),
    what: 'Key that encrypts sessions at rest. Set it to 32 random bytes in base64, for example from: openssl rand -base64 32',
  },
  CLOUD_ENVIRONMENT: {
    schema: z.enum(['public', 'usgov', 'china', 'custom']).default('public'),
    what: 'Azure cloud. Set it to public, usgov, china or custom.',
  },
  DATABASE_URL: {
    schema: text.regex(/^postgres(ql)?:\/\/\S+$/).optional(),
    what: 'PostgreSQL connection. Set it to postgresql://…, or leave it out to use the embedded database.',
  },
  DATA_DIR: { schema: text.min(1).default('.data'), what: 'Folder of the embedded database. Set it to a path.' },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    what: 'Least severe level that is logged. Set it to fatal, error, warn, info, debug, trace or silent.',
  },
  SESSION_IDLE_MINUTES: {
    schema: z.coerce.number().int().min(1).max(1_440).default(30),
    what: 'Minutes without a request after which a session ends. Set it to 1 to 1440.',
  },
  SESSION_HOURS: {
    schema: z.coerce.number().int().min(1).max(24).default(8),
    what: 'Hours after which every session ends. Set it to 1 to 24.',
  },
  HOST: { schema: text.min(1).default('127.0.0.1'), what: 'Address to listen on. Set it to an address or host name.' },
  PORT: {
    schema: z.coerce.number().int().min(1).max(65_535).default(3000),
    what: 'Port to listen on. Set it to 1 to 65535.',
  },
} as const;
type Variables = { [K in keyof typeof variables]: z.output<(typeof variables)[K]['schema']> };
type Source = Readonly<Record<string, string | undefined>>;

/** Throws `EnvironmentError`. An empty value counts as missing: that is what an unset variable in a manifest becomes. */
export function parseEnvironment(source: Source): Environment {
  const faults: string[] = [];
  const given = (name: string) => source[name]?.trim() || undefined;
  const values: Record<string, unknown> = {};
  for (const [name, { schema, what }] of Object.entries(variables)) {
    const parsed = schema.safeParse(given(name));
    if (parsed.success) values[name] = parsed.data;
    else faults.push(`${name} ${given(name) ? 'is not valid' : 'is missing'}. ${what}`);
  }
  const credential = clientCredential(given, faults);
  const cloud = cloudOf(given, faults);
  if (faults.length > 0 || !credential || !cloud) throw new EnvironmentError(faults);
  const checked = values as Variables;
  return {
    appOrigin: new URL(checked.APP_ORIGIN).origin,
    secureCookies: checked.APP_ORIGIN.startsWith('https:'),
    tenantId: checked.ENTRA_TENANT_ID.toLowerCase(),
    clientId: checked.ENTRA_CLIENT_ID.toLowerCase(),
    credential,
    cloud,
    sessionKey: new Uint8Array(Buffer.from(checked.SESSION_KEY, 'base64')),
    sessionIdleMs: checked.SESSION_IDLE_MINUTES * 60_000,
    sessionMs: checked.SESSION_HOURS * 3_600_000,
    databaseUrl: checked.DATABASE_URL,
    dataDir: resolve(/* turbopackIgnore: true */ checked.DATA_DIR),
    logLevel: checked.LOG_LEVEL,
    host: checked.HOST,
    port: checked.PORT,
  };
}

/** Plain http would send the session cookie in the clear; browsers keep localhost on the machine. */
function isAppOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.pathname !== '/' || url.search || url.hash || url.username) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname));
}

function clientCredential(given: (name: string) => string | undefined, faults: string[]): ClientCredential | undefined {
  const tokenPath = given('AZURE_FEDERATED_TOKEN_FILE');
  const certificatePath = given('ENTRA_CLIENT_CERTIFICATE_PATH');
  const secret = given('ENTRA_CLIENT_SECRET');
  const file = tokenPath ?? certificatePath;
  if (file) {
    try {
      readFileSync(file);
    } catch {
      const name = tokenPath ? 'AZURE_FEDERATED_TOKEN_FILE' : 'ENTRA_CLIENT_CERTIFICATE_PATH';
      faults.push(`${name} names a file that cannot be read. Mount it, or correct the path.`);
      return undefined;
    }
  }
  if (tokenPath) return { kind: 'federated-token', path: tokenPath };
  if (certificatePath) return { kind: 'certificate', path: certificatePath };
  if (secret) return { kind: 'secret', secret };
  faults.push(
    "AZURE_FEDERATED_TOKEN_FILE, ENTRA_CLIENT_CERTIFICATE_PATH or ENTRA_CLIENT_SECRET is missing. The app's own credential at Entra: set one of them (a federated token needs no secret at all).",
  );
  return undefined;
}

function cloudOf(given: (name: string) => string | undefined, faults: string[]): CloudEnvironment | undefined {
  const name = given('CLOUD_ENVIRONMENT') ?? 'public';
  if (name === 'public' || name === 'usgov' || name === 'china') return builtInClouds[name];
  if (name !== 'custom') return undefined;
  const config = given('CLOUD_CONFIG');
  const what = 'Endpoints of the custom cloud. Set it to one JSON object of that shape.';
  if (!config) {
    faults.push(`CLOUD_CONFIG is missing. ${what}`);
    return undefined;
  }
  try {
    const parsed = cloudEnvironmentSchema.safeParse(JSON.parse(config));
    if (parsed.success) return parsed.data;
    const paths = parsed.error.issues.map((issue) => issue.path.join('.') || '(whole)').join(', ');
    faults.push(`CLOUD_CONFIG is not valid at ${paths}. ${what}`);
  } catch {
    faults.push(`CLOUD_CONFIG is not JSON. ${what}`);
  }
  return undefined;
}

let memo: Environment | undefined;

/** Parsed on first use, because the build runs without the operator's values. */
export function env(): Environment {
  memo ??= parseEnvironment(process.env);
  return memo;
}

export const isProduction = (): boolean => process.env.NODE_ENV === 'production';

/** What the launcher hands to the server process. */
export function serverProcessEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };
}
