/**
 * Which repository, or which prefix of repositories, an address means: `org`, `org/project` or `org/project/_git/repo`, lower-cased.
 * The same for `https://dev.azure.com/org/…`, `https://org@dev.azure.com/org/…` and `https://org.visualstudio.com/…`, which Azure DevOps
 * serves alike. Undefined for anything that is not Azure DevOps over https.
 */
export function repositoryPath(url: string): string | undefined {
  const match = /^https:\/\/(?:[^@/]*@)?(.+)$/i.exec(url.trim());
  if (!match?.[1]) return undefined;
  const address = decode(match[1])
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const legacy = /^([^./]+)\.visualstudio\.com(?:\/defaultcollection)?(\/.*)?$/.exec(address);
  // A gateway may carry the host as its first path segment.
  const modern = /^(?:[^/]+\/)?dev\.azure\.com\/(.+)$/.exec(address);
  const path = legacy ? `${legacy[1]}${legacy[2] ?? ''}` : modern?.[1];
  // A repository that is named like its project may be addressed without the project.
  return path?.replace(/^([^/]+)\/_git\/([^/]+)$/, '$1/$2/_git/$2');
}

export function sameRepository(left: string, right: string): boolean {
  const path = repositoryPath(left);
  return path !== undefined && path === repositoryPath(right);
}

/** Whether an address is a prefix of another one, segment by segment. */
export function coversRepository(prefix: string, url: string): boolean {
  const outer = repositoryPath(prefix);
  const inner = repositoryPath(url);
  return outer !== undefined && inner !== undefined && (inner === outer || inner.startsWith(`${outer}/`));
}

/**
 * The address as Argo CD compares it with its secrets: lower case, without `.git`, but with the user name. Hence a secret for
 * `https://dev.azure.com/org` does not serve `https://org@dev.azure.com/org`. Source: argo-cd util/git NormalizeGitURL.
 */
export function addressForm(url: string): string {
  return url
    .trim()
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
