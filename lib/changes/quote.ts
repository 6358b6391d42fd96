/** One word of a POSIX shell. Names come from services and may be hostile: whatever is not plainly safe is single-quoted. */
export function shellQuote(value: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(value) && !value.startsWith('-')
    ? value
    : `'${value.replaceAll("'", `'\\''`)}'`;
}

/** A string literal of Terraform's language; `${` and `%{` would start a template. */
export function terraformQuote(value: string): string {
  return JSON.stringify(value)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
}

/** A string literal of Bicep. */
export function bicepQuote(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', () => '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `'${escaped}'`;
}

/** A Terraform identifier made of a name that may hold anything. */
export function terraformName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

/** A command over several lines. Values are quoted here, flags are ours. */
export function commandLine(
  command: string,
  options: readonly (readonly [flag: string, value?: string | { readonly raw: string }])[],
): string {
  const parts = options.map(([flag, value]) => {
    if (value === undefined) return flag;
    return `${flag} ${typeof value === 'string' ? shellQuote(value) : value.raw}`;
  });
  return [command, ...parts].join(' \\\n  ');
}
