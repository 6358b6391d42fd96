/**
 * May this request change something? Browsers send `Origin` with every POST and tell by `Sec-Fetch-Site` who started it. A request
 * without `Origin` is refused: Next runs a server action that has none.
 * Source: owasp.org Cross-Site Request Forgery Prevention, "Verifying Origin With Standard Headers"; w3.org/TR/fetch-metadata.
 */
export function isOwnOrigin(headers: Pick<Headers, 'get'>, appOrigin: string): boolean {
  const site = headers.get('sec-fetch-site');
  return headers.get('origin') === appOrigin && (site === null || site === 'same-origin');
}

/** For streams, which are read by GET: a browser leaves `Origin` out there, so the fetch metadata must say that it is ours. */
export function isOwnRead(headers: Pick<Headers, 'get'>, appOrigin: string): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  if (origin !== null && origin !== appOrigin) return false;
  return site === null ? origin === appOrigin : site === 'same-origin';
}
