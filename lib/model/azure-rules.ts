/** Rules that the browser checks while one types. No schema library here, because it would travel to every page. */
export interface NameRule {
  readonly pattern: RegExp;
  readonly message: string;
}

export const credentialsPerIdentity = 20;

/** Source: Microsoft.ManagedIdentity swagger 2024-11-30. */
export const credentialNameRule: NameRule = {
  pattern: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}$/,
  message: 'Use 3 to 120 letters, digits, hyphens or underscores, starting with a letter or digit.',
};
export const identityNameRule: NameRule = {
  pattern: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$/,
  message: 'Use 3 to 128 letters, digits, hyphens or underscores, starting with a letter or digit.',
};
