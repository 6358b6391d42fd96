import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArmService } from '../arm/index.ts';
import { createDevopsService } from '../devops/index.ts';
import { createEntraService } from '../entra/index.ts';
import { createTokenService } from '../entra/tokens.ts';
import { createIssuerService, createKubernetesService } from '../kubernetes/index.ts';
import { endLeftServers } from '../kubernetes/real/left-servers.ts';
import { seedDemo } from '../world/demo.ts';
import { seedDirectory } from '../world/directory.ts';
import { seedVersion } from '../world/seed-version.ts';
import { issueServerCertificate, readAuthority } from './certificates.ts';
import { createControlService } from './control.ts';
import { restoreWorld, writeWorld } from './kept-world.ts';
import { createSaver, createWorldFolder } from './persistence.ts';
import { createListener, listen, servers } from './server.ts';
import type { Service } from './service.ts';
import type { Timing, World } from './world.ts';
import { compressed, createWorld, immediately } from './world-state.ts';

export interface EmulatorOptions {
  /** Service traffic. 0 (default) takes a free port. */
  readonly tlsPort?: number;
  /** Pages that a browser opens, over http on localhost. 0 (default) takes a free port. */
  readonly pagesPort?: number;
  /** Keeps the world from one start to the next, one for each TLS port. Default: a temporary folder, removed at stop. */
  readonly dataDir?: string;
  /** Folder of the CA, made there if missing. Default: `certificates` in the data folder. */
  readonly certificatesDir?: string;
  /** `empty` (default) has the directory's people and nothing else. */
  readonly seed?: 'demo' | 'empty' | ((world: World) => Promise<void>);
  readonly timing?: Partial<Timing>;
  readonly kubebuilderAssets?: string;
  readonly addressing?: 'path' | 'name';
  /** Asked before the built-in services: a test's own issuer, or a service made to misbehave. */
  readonly services?: readonly Service[];
  /** Told what a person should know of the kept world. Default: the console. */
  readonly warn?: (message: string) => void;
}

export interface Emulator {
  /** The current world; a reset replaces it. */
  readonly world: World;
  readonly tlsUrl: string;
  readonly pagesUrl: string;
  readonly caPem: string;
  readonly caPath: string;
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'emulator-')));
  await mkdir(dataDir, { recursive: true });
  const authority = await readAuthority(options.certificatesDir ?? join(dataDir, 'certificates'));
  const certificate = await issueServerCertificate(authority);

  let current: { world: World; services: readonly Service[]; pages: readonly Service[]; end(): Promise<void> };
  const state = () => current.world;
  const tlsServer = servers.tls(
    certificate,
    createListener(() => current.services, state),
  );
  const pagesServer = servers.http(createListener(() => current.pages, state));
  const removeTemporary = () => (temporary ? rm(dataDir, { recursive: true, force: true }) : undefined);
  const refused = async (error: unknown): Promise<never> => {
    await close(tlsServer);
    await removeTemporary();
    throw error;
  };
  const tls = await listen(tlsServer, options.tlsPort ?? 0).catch(refused);
  const pages = await listen(pagesServer, options.pagesPort ?? 0).catch(refused);

  const warn = options.warn ?? ((message: string) => console.error(message));
  // Manifests and Secrets of the world name the port, so a world is good for its own port only.
  const folder = createWorldFolder(join(dataDir, `world-${tls}`), warn);
  const version = options.seed === 'demo' ? await seedVersion() : '';
  const begin = async (fresh: boolean): Promise<void> => {
    await endLeftServers(folder.path);
    const kept = fresh || temporary ? undefined : await folder.read();
    if (!kept) await folder.clear();
    const saver = temporary ? undefined : createSaver(folder, () => writeWorld(world, version), warn);
    const { world, end } = createWorld({
      ports: { tls, pages },
      caPem: authority.cert,
      caPath: authority.path,
      dataDir: folder.path,
      timing: { ...(options.seed === 'demo' ? compressed : immediately), ...options.timing },
      kubebuilderAssets: options.kubebuilderAssets,
      addressing: options.addressing,
      changed: saver?.changed,
    });
    // First registered, last to run: after the controllers, and before the clusters end.
    if (saver) world.onStop(saver.end);
    world.tokens = await createTokenService(world, options.certificatesDir ?? join(dataDir, 'certificates'));
    const entra = createEntraService();
    const control = createControlService({ reset });
    current = {
      world,
      services: [
        ...(options.services ?? []),
        control,
        entra,
        createArmService(),
        createDevopsService(),
        createKubernetesService(),
        createIssuerService(),
      ],
      // A browser has no business with the token endpoint, and plain http never carries a service's traffic.
      pages: [control, { ...entra, routes: entra.routes.filter(({ operation }) => operation.startsWith('page.')) }],
      end,
    };
    if (kept) {
      try {
        await restoreWorld(world, kept);
      } catch (error) {
        await end();
        await folder.setAside(error instanceof Error ? error.message : String(error));
        return begin(true);
      }
      Object.assign(world.timing, options.timing);
      if (kept.seed !== version)
        warn('The saved world was made by another version of the emulator. Start over to get what is new in it.');
    } else if (options.seed === 'demo') await seedDemo(world);
    else if (typeof options.seed === 'function') await options.seed(world);
    else await seedDirectory(world);
    await saver?.begin();
  };
  const reset = async () => {
    await current.end();
    await begin(true);
  };
  const stop = async () => {
    await Promise.all([close(tlsServer), close(pagesServer)]);
    await current?.end();
    await removeTemporary();
  };
  try {
    await begin(false);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get world() {
      return current.world;
    },
    tlsUrl: `https://localhost:${tls}`,
    pagesUrl: `http://localhost:${pages}`,
    caPem: authority.cert,
    caPath: authority.path,
    reset,
    stop,
  };
}

async function close(server: Server & { closeAllConnections?(): void }): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}
