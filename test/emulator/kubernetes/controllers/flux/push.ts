import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../../core/world.ts';
import { gitEnvironment } from '../../../devops/bare-repository.ts';

const timeout = 20_000;

/** A checkout of one branch over smart HTTP; a real git client that knows one header and trusts the emulator's authority. */
export interface Checkout {
  read(path: string): Promise<string | undefined>;
  /** The commit that was pushed. */
  commitAndPush(path: string, text: string, message: string): Promise<string>;
  close(): Promise<void>;
}

export async function checkOutBranch(
  world: World,
  url: string,
  branch: string,
  authorization: string | undefined,
): Promise<Checkout> {
  const folder = await mkdtemp(join(tmpdir(), 'image-automation-'));
  const tree = join(folder, 'tree');
  const environment = gitSettings(world, authorization);
  const close = () => rm(folder, { recursive: true, force: true });
  const run = (arguments_: readonly string[]) => git(arguments_, environment);
  try {
    await run(['clone', '--quiet', '--depth', '1', '--branch', branch, url, tree]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    read: (path) => readFile(join(tree, path), 'utf8').catch(() => undefined),
    async commitAndPush(path, text, message) {
      await writeFile(join(tree, path), text);
      await run(['-C', tree, 'commit', '--quiet', '--all', '--message', message]);
      await run(['-C', tree, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`]);
      return (await run(['-C', tree, 'rev-parse', 'HEAD'])).trim();
    },
    close,
  };
}

/** By the environment, because arguments can be read by every process of the machine. */
function gitSettings(world: World, authorization: string | undefined): NodeJS.ProcessEnv {
  const author = { NAME: 'fluxcdbot', EMAIL: 'fluxcdbot@contoso.example' };
  const settings: readonly (readonly [string, string])[] = [
    ['http.sslCAInfo', world.caPath],
    ['credential.helper', ''],
    ...(authorization ? [['http.extraHeader', `Authorization: ${authorization}`] as const] : []),
  ];
  return {
    ...gitEnvironment,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) =>
        Object.entries(author).map(([what, value]) => [`GIT_${who}_${what}`, value]),
      ),
    ),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  } as unknown as NodeJS.ProcessEnv;
}

function git(arguments_: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('git', arguments_, { env, timeout }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.trim() || error.message)) : resolve(stdout),
    );
  });
}
