import { scanEvents } from '../../../../../../lib/server/streams.ts';

export async function GET(request: Request, { params }: { params: Promise<{ scanId: string }> }): Promise<Response> {
  return scanEvents(request, (await params).scanId);
}
