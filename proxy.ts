import { randomBytes } from 'node:crypto';
import { type NextRequest, NextResponse } from 'next/server';
import { env, isProduction } from './lib/server/env.ts';
import { isOwnOrigin } from './lib/server/request-origin.ts';
import { contentSecurityPolicy, securityHeaders } from './lib/server/security-headers.ts';

/** Static files carry a hash in their name and nothing of anybody; all else is somebody's. */
export const config = { matcher: ['/((?!_next/static/).*)'] };

/** Headers on every answer, and no foreign POST. Who may do what is judged by pages, actions and streams themselves, never here. */
export function proxy(request: NextRequest): NextResponse {
  const { appOrigin, secureCookies: https } = env();
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy(nonce, { development: !isProduction() });
  const answer = respond(request, { appOrigin, nonce, policy });
  answer.headers.set('content-security-policy', policy);
  for (const [name, value] of Object.entries(securityHeaders({ https }))) answer.headers.set(name, value);
  return answer;
}

function respond(
  request: NextRequest,
  { appOrigin, nonce, policy }: { appOrigin: string; nonce: string; policy: string },
): NextResponse {
  const { pathname, searchParams } = request.nextUrl;
  // The image optimizer answers under this path even where no page uses it.
  if (pathname.startsWith('/_next/image')) return new NextResponse(null, { status: 404 });
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads && !isOwnOrigin(request.headers, appOrigin))
    return new NextResponse('This request did not come from the app itself.', { status: 403 });

  const query = new URLSearchParams(searchParams);
  query.delete('_rsc');
  const headers = new Headers(request.headers);
  // Always overwritten: what a browser sends under these names is not believed.
  headers.set('x-nonce', nonce);
  headers.set('content-security-policy', policy);
  headers.set('x-patless-path', query.size > 0 ? `${pathname}?${query}` : pathname);
  return NextResponse.next({ request: { headers } });
}
