import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { noteServer } from './left-servers.ts';

export interface ApiServer {
  readonly port: number;
  /** Certificate that the server made for itself. */
  readonly ca: string;
  readonly adminToken: string;
  /** Ends the server and starts it again with another issuer of service-account tokens. */
  restart(issuer: string): Promise<void>;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
const stopWithinMs = 8_000;
const children = new Set<ChildProcess>();
// A test run that ends early must not leave servers behind.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

interface Running {
  readonly child: ChildProcess;
  output(): string;
}
function run(path: string, options: readonly string[]): Running {
  const child = spawn(path, [...options], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.add(child);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-8_000);
  });
  child.on('error', (error) => {
    output += error.message;
  });
  child.on('exit', () => children.delete(child));
  return { child, output: () => output };
}
async function end({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(timer);
}

/** Two keys as AKS has them: one signs, its neighbour in the rotation is only published. */
async function writeKeys(folder: string): Promise<{ signing: string; published: readonly string[] }> {
  const published: string[] = [];
  const signing = join(folder, 'signing.key');
  for (const name of ['current', 'previous']) {
    const path = join(folder, `${name}.pub`);
    published.push(path);
    // A cluster that was kept keeps its issuer's keys too: they are written before its first object.
    if (existsSync(path)) continue;
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    if (name === 'current') await writeFile(signing, privateKey, { mode: 0o600 });
    await writeFile(path, publicKey);
  }
  return { signing, published };
}

function isReady(port: number, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        path: '/readyz',
        headers: { authorization: `Bearer ${token}` },
        // The server makes its certificate while it starts; only whether it answers is asked here.
        rejectUnauthorized: false,
        timeout: 2_000,
        agent: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    probe.on('timeout', () => probe.destroy());
    probe.on('error', () => resolve(false));
    probe.end();
  });
}

/** One etcd and one kube-apiserver out of a folder as KUBEBUILDER_ASSETS names it, on loopback. */
export async function startApiServer(assets: string, folder: string, issuer: string): Promise<ApiServer> {
  await mkdir(folder, { recursive: true });
  const [client, peer, port] = await Promise.all([freePort(), freePort(), freePort()]);
  const adminToken = createHash('sha256').update(randomBytes(32)).digest('hex');
  const tokens = join(folder, 'tokens.csv');
  await writeFile(tokens, `${adminToken},emulator-admin,emulator-admin,"system:masters"\n`, { mode: 0o600 });
  const keys = await writeKeys(folder);
  const etcdUrl = `http://127.0.0.1:${client}`;
  const etcd = run(join(assets, 'etcd'), [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    '--log-level=error',
  ]);
  await noteServer(folder, 'etcd', etcd.child.pid);

  const start = async (currentIssuer: string): Promise<Running> => {
    const server = run(join(assets, 'kube-apiserver'), [
      `--etcd-servers=${etcdUrl}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(folder, 'certs')}`,
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
      '--anonymous-auth=false',
      `--service-account-issuer=${currentIssuer}`,
      `--api-audiences=${currentIssuer},https://kubernetes.default.svc.cluster.local`,
      `--service-account-signing-key-file=${keys.signing}`,
      ...keys.published.map((path) => `--service-account-key-file=${path}`),
      '--service-cluster-ip-range=10.0.0.0/16',
      // No controller manager runs here that would make the token secrets which this plugin waits for.
      '--disable-admission-plugins=ServiceAccount',
    ]);
    await noteServer(folder, 'kube-apiserver', server.child.pid);
    const deadline = Date.now() + readyWithinMs;
    while (!(await isReady(port, adminToken))) {
      if (server.child.exitCode !== null || Date.now() > deadline) {
        await end(server);
        throw new Error(`kube-apiserver did not become ready: ${server.output()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return server;
  };

  let server: Running;
  try {
    server = await start(issuer);
  } catch (error) {
    await end(etcd);
    throw error;
  }
  return {
    port,
    ca: await readFile(join(folder, 'certs', 'apiserver.crt'), 'utf8'),
    adminToken,
    restart: async (next) => {
      await end(server);
      server = await start(next);
    },
    stop: async () => {
      await end(server);
      await end(etcd);
    },
  };
}
