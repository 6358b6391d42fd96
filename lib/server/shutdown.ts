import 'server-only';

const memo = globalThis as { __patlessShutdown?: AbortController };

function controller(): AbortController {
  memo.__patlessShutdown ??= new AbortController();
  return memo.__patlessShutdown;
}

/** Aborted when the process is asked to end. Streams must end with it, or the server would wait for them for ever. */
export function shutdownSignal(): AbortSignal {
  return controller().signal;
}

export function beginShutdown(): void {
  controller().abort(new Error('The server is shutting down'));
}
