import type { EmulatorRequest } from '../core/service.ts';
import { parameter } from './context.ts';
import { refusal } from './envelope.ts';
import type { Location } from './locations.ts';

const latest = '7.2';
const order = (version: string) => version.split('.').map(Number) as [number, number];
function after(left: string, right: string): boolean {
  const [major, minor] = order(left);
  const [otherMajor, otherMinor] = order(right);
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}

/** The version that the answer will name. Throws what Azure DevOps says to one that it does not take. */
export function negotiate(request: EmulatorRequest, location: Location | undefined): string | undefined {
  const asked =
    parameter(request.query, 'api-version') ??
    /;\s*api-version=([^;,\s]+)/i.exec(request.headers.accept ?? '')?.[1] ??
    undefined;
  if (asked === undefined) {
    if (!location || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return undefined;
    throw refusal(
      400,
      'VssVersionNotSpecifiedException',
      `No api-version was supplied for the "${request.method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
    );
  }
  const [, version, preview, revision] = /^(\d+\.\d+)(-preview(?:\.(\d+))?)?$/i.exec(asked) ?? [];
  if (!version || after(version, location?.maxVersion ?? latest))
    throw refusal(
      400,
      'VssVersionOutOfRangeException',
      `The requested REST API version of ${asked} is out of range for this server. The latest REST API version this server supports is ${location?.maxVersion ?? latest}.`,
    );
  if (!location) return asked;
  if (!preview && after(version, location.releasedVersion))
    throw refusal(
      400,
      'VssInvalidPreviewVersionException',
      `The requested version "${asked}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${asked}-preview"`,
    );
  return preview ? `${version}-preview.${revision ?? location.resourceVersion}` : version;
}
