import 'server-only';
import pino, { type Logger } from 'pino';
import { redact } from '../problems/redact.ts';
import { env } from './env.ts';

const redactedNames = [
  'token',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'idToken',
  'id_token',
  'assertion',
  'client_assertion',
  'clientSecret',
  'client_secret',
  'password',
  'authorization',
  'cookie',
  'verifier',
];

/** The destination is a parameter for tests alone; production writes to stdout. */
export function createLogger(level: string, destination?: { write(line: string): void }): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: redactedNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
      serializers: { error: describeError },
      hooks: {
        // The text of a message is free; whatever in it looks like a credential is cut.
        logMethod(parameters, method) {
          const clean = parameters.map((parameter: unknown) =>
            typeof parameter === 'string' ? redact(parameter) : parameter,
          );
          method.apply(this, clean as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
}

/** Name, redacted text, stack and cause. Own fields of an error may hold what was sent, so they are not copied. */
function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  return {
    name: error.name,
    message: redact(error.message),
    ...(error.stack ? { stack: redact(error.stack) } : {}),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.cause instanceof Error && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

const memo = globalThis as { __patlessLogger?: Logger };

export function logger(): Logger {
  memo.__patlessLogger ??= createLogger(env().logLevel);
  return memo.__patlessLogger;
}
