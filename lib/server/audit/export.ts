import 'server-only';
import { toCsv, toJson } from '../../audit/export.ts';
import type { ProblemCode } from '../../problems/catalog.ts';
import { makeProblem } from '../../problems/make-problem.ts';
import { env } from '../env.ts';
import { isOwnRead } from '../request-origin.ts';
import { services } from '../services.ts';
import { actorOf, currentSession, hasRole } from '../session.ts';
import { loadAudit } from './load.ts';
import { filteredRows, readQuery } from './query.ts';

function refusal(status: number, code: ProblemCode): Response {
  return Response.json({ problem: makeProblem(code) }, { status, headers: { 'cache-control': 'no-store' } });
}

/** GET of exactly the rows that the filter leaves, as a file. Who exported what is journalled. */
export async function credentialsExport(request: Request): Promise<Response> {
  const fetchSite = request.headers.get('sec-fetch-site');
  // A link that somebody opens by hand says `none`; a page of another site says otherwise.
  if (fetchSite !== 'none' && !isOwnRead(request.headers, env().appOrigin)) return refusal(403, 'app/origin-refused');
  const session = await currentSession();
  if (!session) return refusal(401, 'sign-in/required');
  if (!hasRole(session, 'Auditor')) return refusal(403, 'app/role-missing');
  const parameters = new URL(request.url).searchParams;
  const format = parameters.get('format') === 'json' ? 'json' : 'csv';
  const audit = await loadAudit();
  if (!audit.shown) return refusal(404, 'app/not-found');
  const query = readQuery(Object.fromEntries(parameters));
  const rows = filteredRows(audit, query);
  const at = new Date().toISOString();
  const about = { scan: audit.shown, filter: query.q, at, reader: session.person.upn };
  await (await services()).store.audit.append({
    tenantId: session.person.tid,
    actor: actorOf(session),
    action: 'credentials.export',
    target: audit.shown.id,
    outcome: 'ok',
    detail: { format, filter: query.q.slice(0, 500), rows: String(rows.length) },
  });
  const body = format === 'json' ? toJson(rows, about) : `\uFEFF${toCsv(rows, about)}`;
  return new Response(body, {
    headers: {
      'content-type': format === 'json' ? 'application/json; charset=utf-8' : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="federated-credentials-${at.slice(0, 10)}.${format}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
