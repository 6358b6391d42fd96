import type { NextRequest } from 'next/server';
import { diagnosedRedirect } from '../../../lib/server/auth-redirect.ts';
import { env } from '../../../lib/server/env.ts';
import { isOwnOrigin } from '../../../lib/server/request-origin.ts';
import { signOut } from '../../../lib/server/session.ts';

export async function POST(request: NextRequest): Promise<Response> {
  if (!isOwnOrigin(request.headers, env().appOrigin)) return new Response(null, { status: 403 });
  return diagnosedRedirect(async () => {
    await signOut();
    return '/sign-in?signedOut=1';
  });
}
