import { spawn } from 'node:child_process';
import { gitEnvironment } from './bare-repository.ts';

const timeout = 30_000;
const maximumAnswer = 256 * 1024 * 1024;

/** Settings that git would take from the repository or the machine: what Azure Repos offers, whoever runs the emulator. */
const settings: readonly (readonly [string, string])[] = [
  ['http.receivepack', 'true'],
  ['http.uploadpack', 'true'],
  ['uploadpack.allowtipsha1inwant', 'true'],
  ['uploadpack.allowfilter', 'true'],
  ['safe.directory', '*'],
];

export interface BackendRequest {
  readonly method: string;
  readonly repository: string;
  /** `/info/refs`, `/git-upload-pack` or `/git-receive-pack`. */
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly body: Buffer;
  readonly user: string;
}
export interface BackendResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** One request to `git http-backend` by CGI, never longer than half a minute. No `Git-Protocol` reaches it: version 0 only. */
export function httpBackend(request: BackendRequest): Promise<BackendResponse> {
  const environment: Record<string, string | undefined> = {
    ...gitEnvironment,
    GIT_PROJECT_ROOT: request.repository,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: request.path,
    QUERY_STRING: request.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.contentType,
    CONTENT_LENGTH: String(request.body.length),
    REMOTE_USER: request.user,
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['http-backend'], { env: environment as NodeJS.ProcessEnv, timeout });
    const chunks: Buffer[] = [];
    const errors: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumAnswer) child.kill();
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      if (end < 0) {
        reject(new Error(`git http-backend ended with ${signal ?? code}: ${Buffer.concat(errors).toString('utf8')}`));
        return;
      }
      const headers = output.toString('latin1', 0, end);
      resolve({
        status: Number(/^Status: (\d+)/im.exec(headers)?.[1] ?? 200),
        contentType: /^Content-Type: (.+)$/im.exec(headers)?.[1]?.trim() ?? 'application/octet-stream',
        body: output.subarray(end + 4),
      });
    });
    child.stdin.end(request.body);
  });
}
