export type GitService = 'git-upload-pack' | 'git-receive-pack';

const uploadPack =
  'multi_ack thin-pack side-band side-band-64k no-progress multi_ack_detailed no-done shallow allow-tip-sha1-in-want filter';
const receivePack = 'report-status side-band-64k quiet delete-refs';

export function packetLine(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
}

/** Payloads of packet lines; undefined is a flush. */
function* packets(bytes: Buffer): Generator<Buffer | undefined> {
  for (let offset = 0; offset + 4 <= bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', offset, offset + 4), 16);
    if (Number.isNaN(length)) throw new Error('malformed packet line');
    if (length < 4) {
      yield undefined;
      offset += 4;
    } else {
      yield bytes.subarray(offset + 4, offset + length);
      offset += length;
    }
  }
}

/**
 * The advertisement of git in the form of Azure Repos: protocol v0, a space after the NUL, and only the capabilities that
 * Azure Repos has. git serves all of them, so a client that keeps to what is advertised is served rightly.
 */
export function rewriteAdvertisement(service: GitService, bytes: Buffer): Buffer {
  const out: Buffer[] = [];
  let first = true;
  for (const payload of packets(bytes)) {
    if (payload === undefined) {
      out.push(Buffer.from('0000'));
      continue;
    }
    const zero = payload.indexOf(0);
    if (!first || zero < 0) {
      out.push(packet(payload));
      continue;
    }
    first = false;
    const name = payload.subarray(0, zero);
    // Nothing to fetch: Azure Repos ends the list where git would still name its capabilities.
    if (service === 'git-upload-pack' && name.toString('latin1').endsWith('capabilities^{}')) continue;
    const symref = / (symref=HEAD:\S+)/.exec(payload.toString('latin1', zero))?.[1];
    const capabilities =
      service === 'git-upload-pack' ? [uploadPack, ...(symref ? [symref] : [])].join(' ') : receivePack;
    out.push(packet(Buffer.concat([name, Buffer.from(`\0 ${capabilities}\n`)])));
  }
  return Buffer.concat(out);
}
function packet(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
}

/** Azure Repos wants multi_ack of a client that lists capabilities at all; a bare want is served. */
export function lacksMultiAck(body: Buffer): boolean {
  const [first] = packets(body.subarray(0, 65_540));
  const text = first?.toString('latin1') ?? '';
  const capabilities = /^want [0-9a-f]{40} (.*)/.exec(text.trimEnd())?.[1]?.trim();
  if (!capabilities) return false;
  return !capabilities.split(' ').some((name) => name === 'multi_ack' || name === 'multi_ack_detailed');
}
