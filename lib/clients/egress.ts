import { BlockList, isIP } from 'node:net';
import type { CloudEnvironment } from '../model/cloud.ts';

/** A service that tokens or assertions may be sent to. Each has hosts of its own. */
export type Destination = 'entra' | 'arm' | 'devops' | 'aks';

export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
}

export interface Egress {
  /** The parsed URL when it belongs to the destination in this cloud; throws EgressRefused otherwise. */
  check(url: string | URL, destination: Destination): URL;
  /** Hosts that the cloud environment names itself. Only these may resolve to loopback or link-local addresses. */
  isConfigured(host: string): boolean;
}

export function createEgress(cloud: CloudEnvironment): Egress {
  const bases: Record<Exclude<Destination, 'aks'>, readonly URL[]> = {
    entra: [cloud.authorityHost].map((base) => new URL(base)),
    arm: [cloud.arm.endpoint].map((base) => new URL(base)),
    devops: [cloud.devops.core, cloud.devops.graph, cloud.devops.entitlements, cloud.devops.deployment].map(
      (base) => new URL(base),
    ),
  };
  const configured = new Set([
    ...Object.values(bases).flatMap((urls) => urls.map(({ hostname }) => hostname)),
    ...cloud.aks.apiServerHosts.filter((host) => !host.startsWith('.')).map((host) => host.replace(/:\d+$/, '')),
  ]);
  return {
    check(url, destination) {
      const target = parse(url);
      const allowed =
        destination === 'aks'
          ? cloud.aks.apiServerHosts.some((pattern) => matchesHost(target, pattern))
          : bases[destination].some((base) => isWithin(target, base));
      if (!allowed) throw new EgressRefused(`${target.host} is no ${destination} host of the cloud ${cloud.name}.`);
      if (isIP(bare(target.hostname)) && !configured.has(target.hostname))
        throw new EgressRefused(`${target.host} is an address, not a host of the cloud ${cloud.name}.`);
      return target;
    },
    isConfigured: (host) => configured.has(host),
  };
}

function parse(url: string | URL): URL {
  let target: URL;
  try {
    target = new URL(url);
  } catch {
    throw new EgressRefused('Not an absolute URL.');
  }
  if (target.protocol !== 'https:') throw new EgressRefused(`${target.protocol} is not https.`);
  if (target.username || target.password) throw new EgressRefused('A URL must not carry a user name or password.');
  // Dot segments are resolved by the parser; an encoded slash hides one from it but not from every server.
  if (/\.\.(%2f|%5c)|(%2f|%5c)\.\./i.test(target.pathname)) throw new EgressRefused('The path climbs.');
  return target;
}

/** Origin and path prefix: several services of a private cloud may share one origin. */
export function isWithin(target: URL, base: URL): boolean {
  if (target.origin !== base.origin) return false;
  const path = base.pathname.replace(/\/+$/, '');
  return path === '' || target.pathname === path || target.pathname.startsWith(`${path}/`);
}

function matchesHost(target: URL, pattern: string): boolean {
  if (pattern.startsWith('.')) return target.hostname.endsWith(pattern.toLowerCase());
  return pattern.includes(':') ? target.host === pattern : target.hostname === pattern;
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16);
linkLocal.addSubnet('127.0.0.0', 8);
linkLocal.addSubnet('0.0.0.0', 8);
// Azure's wire server answers on this public-looking address inside every virtual network.
linkLocal.addAddress('168.63.129.16');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
linkLocal.addAddress('::1', 'ipv6');
linkLocal.addAddress('::', 'ipv6');

/**
 * Addresses that no cloud service has: instance metadata, loopback. Other private ranges are legitimate, because the API servers of
 * private clusters live there.
 */
export function isNeverRemote(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  return linkLocal.check(mapped, isIP(mapped) === 6 ? 'ipv6' : 'ipv4');
}
