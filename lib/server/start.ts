import 'server-only';
import { EnvironmentError, env, isProduction } from './env.ts';
import { logger } from './logger.ts';
import { closeServices } from './services.ts';
import { beginShutdown } from './shutdown.ts';

/** Time for requests under way and for runs to reach a safe point. */
const drainMs = 4_000;

/** Once for each server process. A server that Next leaves running after a failed start would answer 500 to everything. */
export function start(): void {
  try {
    env();
  } catch (error) {
    console.error(error instanceof EnvironmentError ? error.message : error);
    if (isProduction()) process.exit(1);
    return;
  }
  const { tenantId, cloud, databaseUrl } = env();
  logger().info({ tenantId, cloud: cloud.name, store: databaseUrl ? 'postgresql' : 'embedded' }, 'started');
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      logger().info({ signal }, 'stopping');
      beginShutdown();
      setTimeout(() => void closeServices().catch(reportCloseFailure), drainMs).unref();
    });
}

function reportCloseFailure(error: unknown): void {
  logger().error({ error }, 'the store could not be closed');
}
