import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The names under which production reaches these services; one certificate serves them all. */
const serverNames = [
  'localhost',
  '*.localhost',
  'login.microsoftonline.com',
  'login.windows.net',
  'sts.windows.net',
  'management.azure.com',
  'dev.azure.com',
  '*.dev.azure.com',
  '*.visualstudio.com',
  'app.vssps.visualstudio.com',
  '*.oic.prod-aks.azure.com',
  'oidc.prod-aks.azure.com',
  ...['westeurope', 'northeurope', 'swedencentral', 'germanywestcentral', 'eastus', 'westus2'].flatMap((region) => [
    `*.hcp.${region}.azmk8s.io`,
    `*.privatelink.${region}.azmk8s.io`,
  ]),
];

export interface Authority {
  readonly cert: string;
  readonly key: string;
  /** File with the certificate, for `NODE_EXTRA_CA_CERTS` and `GIT_SSL_CAINFO`. */
  readonly path: string;
}

const years = (count: number) => new Date(Date.now() + count * 365 * 24 * 3600 * 1000);
/** Backdated, because a client whose clock is a little behind would refuse a certificate made this very second. */
const notBefore = () => new Date(Date.now() - 3600 * 1000);

/** The CA in `folder`, made on first use and kept: clients name its file before the emulator starts. */
export async function readAuthority(folder: string): Promise<Authority> {
  const path = join(folder, 'ca.pem');
  const kept = await readKept(folder);
  if (kept) return { ...kept, path };
  await mkdir(folder, { recursive: true });
  const made = await attempt(() =>
    generate([{ name: 'commonName', value: 'Contoso emulator CA' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: notBefore(),
      notAfterDate: years(5),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    }),
  );
  // The key first: whoever sees ca.pem may rely on both. Renamed into place, so that nobody reads half a file.
  for (const [name, text] of [
    ['ca.key', made.private],
    ['ca.pem', made.cert],
  ] as const) {
    const temporary = join(folder, `${name}.${process.pid}`);
    await writeFile(temporary, text, { mode: name === 'ca.key' ? 0o600 : 0o644 });
    await rename(temporary, join(folder, name));
  }
  return { cert: made.cert, key: made.private, path };
}

async function readKept(folder: string): Promise<{ cert: string; key: string } | undefined> {
  try {
    const [cert, key] = await Promise.all([
      readFile(join(folder, 'ca.pem'), 'utf8'),
      readFile(join(folder, 'ca.key'), 'utf8'),
    ]);
    const expires = Date.parse(new X509Certificate(cert).validTo);
    return expires > years(0.1).getTime() ? { cert, key } : undefined;
  } catch {
    return undefined;
  }
}

export async function issueServerCertificate(authority: Authority): Promise<{ cert: string; key: string }> {
  const made = await attempt(() =>
    generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      notBeforeDate: notBefore(),
      notAfterDate: years(1),
      ca: { key: authority.key, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...serverNames.map((value) => ({ type: 2 as const, value })),
            { type: 7 as const, ip: '127.0.0.1' },
            { type: 7 as const, ip: '::1' },
          ],
        },
      ],
    }),
  );
  return { cert: made.cert, key: made.private };
}

/** `selfsigned` picks a random serial whose leading zero bytes OpenSSL refuses to parse; about one in 500. */
async function attempt<T extends { cert: string }>(make: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    const made = await make();
    try {
      new X509Certificate(made.cert);
      return made;
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
}
