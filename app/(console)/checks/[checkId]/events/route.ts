import { checkEvents } from '../../../../../lib/server/streams.ts';

export async function GET(request: Request, { params }: { params: Promise<{ checkId: string }> }): Promise<Response> {
  return checkEvents(request, (await params).checkId);
}
