import type { Instrumentation } from 'next';

export async function register(): Promise<void> {
  // Next compiles this file for the edge as well, where nothing of the server exists.
  if (process.env.NEXT_RUNTIME === 'nodejs') (await import('./lib/server/start.ts')).start();
}

export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { reportRequestError } = await import('./lib/server/request-error.ts');
  reportRequestError(error, request.method, context.routePath);
};
