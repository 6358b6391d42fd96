import type { NextRequest } from 'next/server';
import { diagnosedRedirect } from '../../../lib/server/auth-redirect.ts';
import { beginSignIn } from '../../../lib/server/sign-in.ts';

export function GET(request: NextRequest): Promise<Response> {
  return diagnosedRedirect(() => beginSignIn(request.nextUrl.searchParams));
}
