import type { EmulatorRequest } from '../core/service.ts';
import type { DevopsOrganization } from '../core/world.ts';
import { type Answer, hosts } from './context.ts';
import type { Rejection } from './credentials.ts';
import { bearerChallenge, envelope, tenantHeaders } from './envelope.ts';
import { packetLine } from './git-advertisement.ts';
import { restRejection, strangerMessage } from './sign-in.ts';

const anonymous =
  "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.";
export const gitPlain = (status: number, text: string): Answer => ({
  status,
  body: text,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' },
});

/** Git asks with 401 where REST answers with a page: a client that gets 203 would take the page for references. */
export function gitRejection(rejection: Rejection, request: EmulatorRequest, organization: DevopsOrganization): Answer {
  if (rejection.reason === 'stranger') {
    const answer = restRejection(rejection, request, organization);
    return {
      ...answer,
      body: envelope('UnauthorizedRequestException', strangerMessage(rejection.principal, organization)),
    };
  }
  const challenges = [
    ...(organization.tenantId ? [bearerChallenge(organization.tenantId)] : []),
    `Basic realm="https://tfsprodweu2.visualstudio.com/"`,
    'TFS-Federated',
  ];
  const fault = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><soap:Fault><soap:Reason><soap:Text xml:lang="en">${anonymous}</soap:Text></soap:Reason></soap:Fault></soap:Body></soap:Envelope>`;
  return {
    status: 401,
    body: `<!DOCTYPE html><html><head><title>Access Denied: ${hosts.core}</title></head><body><h1>401 - Uh-oh, you do not have access.</h1><p>${anonymous}</p></body></html>`,
    headers: {
      ...tenantHeaders(organization),
      'content-type': 'text/html; charset=utf-8',
      'www-authenticate': challenges,
      'x-tfs-serviceerror': encodeURIComponent(anonymous),
      'x-tfs-soapexception': encodeURIComponent(fault),
    },
  };
}

/** The refusal of a push arrives twice: as a packet for git and as text, all of it in the body of a 403. */
export function contributeMissing(account: string, withAdvertisement: boolean): Answer {
  const message = `TF401027: You need the Git 'GenericContribute' permission to perform this action. Details: identity '${account}', scope 'repository'.`;
  if (!withAdvertisement) return gitPlain(403, message);
  return gitPlain(403, `${packetLine('# service=git-receive-pack\n')}00000000${packetLine(message)}${message}`);
}
export const malformedProtocol = gitPlain(
  400,
  'TF401041: The Git protocol sent is not as expected (Clients must support multi-ack.).',
);
