import 'server-only';
import { env } from './env.ts';
import { problemOf } from './failure.ts';
import { logger } from './logger.ts';

/**
 * Runs one leg of the sign-in and sends the browser on. Whatever fails ends on the sign-in page with the code of a catalogued
 * problem: never a stack, never a text from the address.
 */
export async function diagnosedRedirect(leg: () => Promise<string>): Promise<Response> {
  const { appOrigin } = env();
  try {
    return see(new URL(await leg(), appOrigin));
  } catch (error) {
    return see(new URL(`/sign-in?problem=${encodeURIComponent(codeOf(error))}`, appOrigin));
  }
}

function codeOf(error: unknown): string {
  try {
    return problemOf(error).code;
  } catch (bug) {
    logger().error({ error: bug }, 'sign-in failed');
    return 'sign-in/failed';
  }
}

/** 303: after a POST too, the browser goes on with a GET. */
function see(url: URL): Response {
  return new Response(null, { status: 303, headers: { location: url.href, 'cache-control': 'no-store' } });
}
