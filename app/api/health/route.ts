import { health } from '../../../lib/server/health.ts';

/** `?probe=live`: the process answers. Otherwise: it can serve, that is, its store answers as well. */
export function GET(request: Request): Promise<Response> {
  return health(new URL(request.url).searchParams.get('probe') === 'live' ? 'live' : 'ready');
}
