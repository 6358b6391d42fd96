import type { EmulatorResponse } from '../../core/service.ts';

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field?: string }[];
  readonly retryAfterSeconds?: number;
}

/** A refusal of the API server, thrown anywhere below the request handler and sent as a `Status` object. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export interface Named {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}
const qualified = ({ group, plural }: Named) => (group ? `${plural}.${group}` : plural);
const details = ({ group, plural }: Named, name?: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(group ? { group } : {}),
  kind: plural,
});

export const refuse = {
  unauthorized: () => new StatusError(401, 'Unauthorized', 'Unauthorized'),
  badRequest: (message: string) => new StatusError(400, 'BadRequest', message),
  unprocessable: (message: string) => new StatusError(422, 'Invalid', message),
  pathNotFound: () =>
    new StatusError(404, 'NotFound', 'the server could not find the requested resource', { causes: [] }),
  notFound: (type: Named, name: string) =>
    new StatusError(404, 'NotFound', `${qualified(type)} "${name}" not found`, details(type, name)),
  alreadyExists: (type: Named, name: string) =>
    new StatusError(409, 'AlreadyExists', `${qualified(type)} "${name}" already exists`, details(type, name)),
  changed: (type: Named, name: string) =>
    new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(type)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      details(type, name),
    ),
  uidMismatch: (type: Named, name: string, wanted: string, found: string) =>
    new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(type)} "${name}": Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`,
      details(type, name),
    ),
  invalid: (type: Named, name: string, causes: readonly { reason: string; message: string; field: string }[]) => {
    const texts = causes.map(({ field, message }) => `${field}: ${message}`);
    return new StatusError(
      422,
      'Invalid',
      `${type.kind}${type.group ? `.${type.group}` : ''} "${name}" is invalid: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`,
      { name, ...(type.group ? { group: type.group } : {}), kind: type.kind, causes },
    );
  },
  methodNotAllowed: () =>
    new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
  unsupportedMediaType: (accepted: readonly string[]) =>
    new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    ),
  expired: (version: string, oldest: string) =>
    new StatusError(410, 'Expired', `too old resource version: ${version} (${oldest})`),
};

export function statusBody(error: StatusError): Record<string, unknown> {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    reason: error.reason,
    ...(error.details ? { details: error.details } : {}),
    code: error.code,
  };
}

/** What the multiplexer says of a path that no API owns; custom resources are routed by it too. */
export class PageNotFound extends Error {}

export function statusResponse(error: StatusError): EmulatorResponse {
  return {
    status: error.code,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
    body: JSON.stringify(statusBody(error)),
  };
}
