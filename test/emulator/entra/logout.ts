import type { EmulatorRequest, EmulatorResponse } from '../core/service.ts';
import type { World } from '../core/world.ts';
import { isRegistered } from './authorization-request.ts';
import { clearedSession } from './authorize.ts';
import { signedOutPage } from './pages.ts';

/** GET /{tenant}/oauth2/v2.0/logout. Goes back only to an address that an application registered. */
export function logout(request: EmulatorRequest, world: World): EmulatorResponse {
  const target = request.query.get('post_logout_redirect_uri') ?? '';
  const applications = world.directory.tenants.flatMap((tenant) => tenant.applications);
  const answer = signedOutPage();
  if (answer === 'handled') return answer;
  const headers = { ...answer.headers, 'set-cookie': clearedSession };
  if (!applications.some((application) => isRegistered(application, target))) return { ...answer, headers };
  const url = new URL(target);
  const state = request.query.get('state');
  if (state !== null) url.searchParams.set('state', state);
  return { status: 302, headers: { location: url.href, 'set-cookie': clearedSession } };
}
