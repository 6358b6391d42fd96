import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Commit {
  /** Without `refs/heads/`. */
  readonly branch: string;
  readonly message: string;
  /** Path → text. */
  readonly files: Readonly<Record<string, string>>;
}

/** Nothing of the person who runs the emulator reaches git: neither their configuration nor their hooks. */
export const gitEnvironment: Readonly<Record<string, string | undefined>> = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};
const timeout = 20_000;

export function git(arguments_: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      arguments_,
      { env: gitEnvironment as NodeJS.ProcessEnv, timeout },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`git ${arguments_.join(' ')}: ${stderr || error.message}`));
        else resolve(stdout);
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;

/** Makes a bare repository with the given history. Author and date are fixed, so that commit ids are the same at every start. */
export async function createBareRepository(path: string, commits: readonly Commit[]): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  await git(['init', '--quiet', '--bare', '--initial-branch=main', path]);
  if (commits.length === 0) return;
  // No `from`: git takes the branch's last commit of this same stream, which no ref names yet.
  const stream = commits.map((commit, index) => {
    const time = 1_760_000_000 + index * 86_400;
    const files = Object.entries(commit.files).map(([file, text]) => `M 100644 inline ${file}\n${data(text)}`);
    return `commit refs/heads/${commit.branch}\ncommitter Contoso Platform <platform@contoso.example> ${time} +0000\n${data(commit.message)}${files.join('')}\n`;
  });
  await git(['--git-dir', path, 'fast-import', '--quiet'], stream.join(''));
}
