import 'server-only';
import { logger } from './logger.ts';
import { services } from './services.ts';
import { shutdownSignal } from './shutdown.ts';

const headers = { 'cache-control': 'no-store' };

/** For probes, without a session: says yes or no and nothing of why. */
export async function health(probe: 'live' | 'ready'): Promise<Response> {
  if (probe === 'live') return Response.json({ status: 'live' }, { headers });
  if (shutdownSignal().aborted) return Response.json({ status: 'stopping' }, { status: 503, headers });
  try {
    await (await services()).store.ping();
    return Response.json({ status: 'ready' }, { headers });
  } catch (error) {
    logger().error({ error }, 'the store is not ready');
    return Response.json({ status: 'not ready' }, { status: 503, headers });
  }
}
