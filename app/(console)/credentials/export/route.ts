import { credentialsExport } from '../../../../lib/server/audit/export.ts';

export function GET(request: Request): Promise<Response> {
  return credentialsExport(request);
}
