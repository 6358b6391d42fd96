import { runEvents } from '../../../../../lib/server/streams.ts';

export async function GET(request: Request, { params }: { params: Promise<{ runId: string }> }): Promise<Response> {
  return runEvents(request, (await params).runId);
}
