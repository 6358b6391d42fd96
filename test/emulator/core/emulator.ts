import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArmService } from '../arm/index.ts';
import { createDevopsService } from '../devops/index.ts';
import { createEntraService } from '../entra/index.ts';
import { createTokenService } from '../entra/tokens.ts';
import { createIssuerService, createKubernetesService } from '../kubernetes/index.ts';
import { seedDemo } from '../world/demo.ts';
import { seedDirectory } from '../world/directory.ts';
import { issueServerCertificate, readAuthority } from './certificates.ts';
import { createControlService } from './control.ts';
import { createListener, listen, servers } from './server.ts';
import type { Service } from './service.ts';
import type { Timing, World } from './world.ts';
import { compressed, createWorld, immediately } from './world-state.ts';

export interface EmulatorOptions {
  /** Service traffic. 0 (default) takes a free port. */
  readonly tlsPort?: number;
  /** Pages that a browser opens, over http on localhost. 0 (default) takes a free port. */
  readonly pagesPort?: number;
  /** Default: a temporary folder, removed at stop. */
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
  const tls = await listen(tlsServer, options.tlsPort ?? 0);
  const pages = await listen(pagesServer, options.pagesPort ?? 0).catch(async (error: unknown) => {
    await close(tlsServer);
    throw error;
  });

  const begin = async () => {
    const worldDir = join(dataDir, 'world');
    await rm(worldDir, { recursive: true, force: true });
    await mkdir(worldDir, { recursive: true });
    const { world, end } = createWorld({
      ports: { tls, pages },
      caPem: authority.cert,
      caPath: authority.path,
      dataDir: worldDir,
      timing: { ...(options.seed === 'demo' ? compressed : immediately), ...options.timing },
      kubebuilderAssets: options.kubebuilderAssets,
      addressing: options.addressing,
    });
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
    if (options.seed === 'demo') await seedDemo(world);
    else if (typeof options.seed === 'function') await options.seed(world);
    else await seedDirectory(world);
  };
  const reset = async () => {
    await current.end();
    await begin();
  };
  const stop = async () => {
    await Promise.all([close(tlsServer), close(pagesServer)]);
    await current?.end();
    if (temporary) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await begin();
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
