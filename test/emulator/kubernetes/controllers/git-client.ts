import type { World } from '../../core/world.ts';
import { type Answer, send } from './loopback.ts';

/** What go-git and the git command line say. Source: go-git plumbing/transport/http/common.go, plumbing/error.go. */
export class GitError extends Error {}

function refusal(answer: Answer, url: string): GitError {
  const reason = answer.body.toString('utf8').trim();
  const because = (sentinel: string) => new GitError(reason ? `${sentinel}: ${reason}` : sentinel);
  if (answer.status === 401) return because('authentication required');
  if (answer.status === 403) return because('authorization failed');
  if (answer.status === 404) return because('repository not found');
  return new GitError(`unexpected client error: unexpected requesting "${url}" status code: ${answer.status}`);
}

function headersFor(url: URL, authorization: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'git/2.47.3', accept: '*/*' };
  // Without other credentials both clients use the user name in the address, with an empty password.
  const own = url.username
    ? `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:`).toString('base64')}`
    : undefined;
  const used = authorization ?? own;
  return used ? { ...headers, authorization: used } : headers;
}

function packets(body: Buffer): string[] {
  const lines: string[] = [];
  let offset = 0;
  while (offset + 4 <= body.length) {
    const length = Number.parseInt(body.toString('latin1', offset, offset + 4), 16);
    if (Number.isNaN(length)) break;
    if (length < 4) offset += 4;
    else {
      lines.push(body.toString('utf8', offset + 4, offset + length));
      offset += length;
    }
  }
  return lines;
}

/** `ls-remote`: names to commits, `HEAD` included. */
export async function listRefs(world: World, repoUrl: string, authorization?: string): Promise<Map<string, string>> {
  const url = new URL(`${repoUrl.replace(/\/$/, '')}/info/refs?service=git-upload-pack`);
  const answer = await send(world, 'GET', url, headersFor(url, authorization));
  if (answer.status !== 200) throw refusal(answer, url.href);
  const refs = new Map<string, string>();
  for (const line of packets(answer.body)) {
    const match = /^([0-9a-f]{40}) ([^\0\n]+)/.exec(line);
    if (match?.[1] && match[2]) refs.set(match[2], match[1]);
  }
  if (refs.size === 0) throw new GitError('remote repository is empty');
  return refs;
}

/** The first request of a push: whoever may not contribute is refused here. */
export async function mayPush(world: World, repoUrl: string, authorization?: string): Promise<void> {
  const url = new URL(`${repoUrl.replace(/\/$/, '')}/info/refs?service=git-receive-pack`);
  const answer = await send(world, 'GET', url, headersFor(url, authorization));
  if (answer.status !== 200) throw refusal(answer, url.href);
}

/** `git fetch` of one commit. The command line asks again for references first, with its own credentials. */
export async function fetchCommit(
  world: World,
  repoUrl: string,
  commit: string,
  authorization?: string,
): Promise<void> {
  const command = '`git fetch origin --tags --force --prune` failed exit status 128';
  const url = new URL(`${repoUrl.replace(/\/$/, '')}/info/refs?service=git-upload-pack`);
  const first = await send(world, 'GET', url, headersFor(url, authorization));
  if (first.status === 401 || first.status === 302 || first.status === 203)
    throw new GitError(
      authorization
        ? `${command}: fatal: Authentication failed for '${repoUrl}/'`
        : `${command}: fatal: could not read Username for '${url.origin}': terminal prompts disabled`,
    );
  if (first.status !== 200)
    throw new GitError(
      `${command}: fatal: unable to access '${repoUrl}/': The requested URL returned error: ${first.status}`,
    );
  const pack = new URL(`${repoUrl.replace(/\/$/, '')}/git-upload-pack`);
  const want = `want ${commit}\n`;
  const body = `${(want.length + 4).toString(16).padStart(4, '0')}${want}00000009done\n`;
  const answer = await send(
    world,
    'POST',
    pack,
    {
      ...headersFor(pack, authorization),
      'content-type': 'application/x-git-upload-pack-request',
      accept: 'application/x-git-upload-pack-result',
    },
    body,
  );
  if (answer.status !== 200 || !answer.body.includes('PACK'))
    throw new GitError(
      `${command}: fatal: unable to access '${repoUrl}/': The requested URL returned error: ${answer.status}`,
    );
}
