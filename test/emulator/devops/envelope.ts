import { randomUUID } from 'node:crypto';
import type { EmulatorRequest, EmulatorResponse } from '../core/service.ts';
import type { DevopsOrganization } from '../core/world.ts';
import { type Answer, hosts, Refusal } from './context.ts';
import { guidOf } from './identifiers.ts';

const namespaces: Record<string, string> = {
  ProjectDoesNotExistException: 'Microsoft.TeamFoundation.Core.WebApi',
  ProjectDoesNotExistWithNameException: 'Microsoft.TeamFoundation.Core.WebApi',
  TeamNotFoundException: 'Microsoft.TeamFoundation.Core.WebApi',
  GitRepositoryNotFoundException: 'Microsoft.TeamFoundation.Git.Server',
  GitNeedsPermissionException: 'Microsoft.TeamFoundation.Git.Server',
  VssInvalidPreviewVersionException: 'Microsoft.VisualStudio.Services.WebApi',
  VssVersionNotSpecifiedException: 'Microsoft.VisualStudio.Services.WebApi',
  VssVersionOutOfRangeException: 'Microsoft.VisualStudio.Services.WebApi',
  GraphSubjectNotFoundException: 'Microsoft.VisualStudio.Services.Graph',
  NotFoundException: 'Microsoft.VisualStudio.Services.Common',
  NotImplementedException: 'System',
  AccessDeniedException: 'Microsoft.TeamFoundation.DistributedTask.WebApi',
  TaskAgentPoolNotFoundException: 'Microsoft.TeamFoundation.DistributedTask.WebApi',
};

/**
 * The wrapped exception that Azure DevOps sends with every refusal of its own. A message that starts with a code (TF…, VS…) is one that is
 * known from public sources; refusals whose words are not known carry none.
 */
export function envelope(typeKey: string, message: string): Record<string, unknown> {
  const assembly = namespaces[typeKey] ?? 'Microsoft.TeamFoundation.Framework.Server';
  return {
    $id: '1',
    innerException: null,
    message,
    typeName: `${assembly}.${typeKey}, ${assembly}`,
    typeKey,
    errorCode: 0,
    eventId: 3000,
  };
}

export function refusal(status: number, typeKey: string, message: string, headers?: Answer['headers']): Refusal {
  return new Refusal({ status, body: envelope(typeKey, message), headers });
}
export const messageOf = (refused: Refusal) => String((refused.answer.body as { message?: unknown }).message);
/** What every check of a permission says. */
export function accessDenied(who: string, resource: string, action: string): Refusal {
  return refusal(
    403,
    'AccessCheckException',
    `Access Denied: ${who} needs the following permission(s) on the resource ${resource} to perform this action: ${action}`,
  );
}
export function invalid(message: string): Refusal {
  return refusal(400, 'InvalidArgumentValueException', message);
}

/** 501 in words that a client can show; the real service has no such answer, and none of it may be mistaken for one. */
export function notModelled(request: Pick<EmulatorRequest, 'method' | 'path' | 'host'>): Answer {
  return {
    status: 501,
    body: envelope(
      'NotImplementedException',
      `The emulator does not model ${request.method} ${request.path} on ${request.host}.`,
    ),
  };
}

/** A path that the host does not serve. */
export function controllerNotFound(path: string): Answer {
  const text = `The controller for path '${path}' was not found or does not implement IController.`;
  return {
    status: 404,
    body: text,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-tfs-serviceerror': encodeURIComponent(text) },
  };
}

/** The headers of every answer; `user` is absent when nobody was authenticated. */
export function standardHeaders(
  request: EmulatorRequest,
  now: number,
  user?: { id: string; name: string },
): Record<string, string | readonly string[]> {
  const activity = randomUUID();
  const reference = () => randomUUID().replaceAll('-', '').toUpperCase();
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    activityid: activity,
    'x-vss-e2eid': activity,
    'x-tfs-session': request.headers['x-tfs-session'] ?? activity,
    'x-tfs-processid': randomUUID(),
    'x-vss-senderdeploymentid': guidOf(`deployment ${request.host}`),
    'request-context': `appId=cid-v1:${guidOf(`application ${request.host}`)}`,
    'access-control-expose-headers': 'Request-Context',
    p3p: 'CP="CAO DSP COR ADMa DEV CONo TELo CUR PSA PSD TAI IVDo OUR SAMi BUS DEM NAV STA UNI COM INT PHY ONL FIN PUR LOC CNT"',
    'x-frame-options': 'SAMEORIGIN',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-cache': 'CONFIG_NOCACHE',
    'x-msedge-ref': `Ref A: ${reference()} Ref B: WEU000000000 Ref C: ${new Date(now).toISOString().slice(0, 19)}Z`,
    ...(user ? { 'x-vss-userdata': `${user.id}:${user.name}` } : {}),
  };
}

/** Which tenant stands behind an organisation; clients read it from answers of any status. */
export function tenantHeaders(organization: DevopsOrganization): Record<string, string | readonly string[]> {
  const common = {
    'x-vss-resourcetenant': organization.tenantId ?? '00000000-0000-0000-0000-000000000000',
    'x-vss-authorizationendpoint': `https://${hosts.graph}/${organization.name}/`,
    'x-tfs-fedauthrealm': 'https://tfsprodweu2.visualstudio.com/',
    'x-tfs-fedauthissuer': `https://${hosts.core}/${organization.name}/`,
  };
  return organization.tenantId ? { ...common, 'www-authenticate': bearerChallenge(organization.tenantId) } : common;
}
export const bearerChallenge = (tenantId: string) =>
  `Bearer authorization_uri=https://login.microsoftonline.com/${tenantId}`;

/** Bytes on the wire of an answer. `version` is the negotiated one, which only successes repeat. */
export function serialize(answer: Answer, standard: Record<string, string | readonly string[]>, version?: string) {
  const { status, body, headers } = answer;
  const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
  const suffix = version && status < 400 ? `; api-version=${version}` : '';
  return {
    status,
    headers: {
      ...standard,
      ...(isJson ? { 'content-type': `application/json; charset=utf-8${suffix}` } : {}),
      ...headers,
    },
    body: isJson ? JSON.stringify(body) : (body as string | Buffer | undefined),
  } satisfies EmulatorResponse;
}
