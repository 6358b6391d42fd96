import { createHash } from 'node:crypto';

/** The same name gives the same GUID at every start, so that bookmarks and stored connections survive a restart of the demo. */
export function guid(name: string): string {
  const hex = createHash('sha256').update(`contoso/${name}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
