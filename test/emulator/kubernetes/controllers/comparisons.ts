/** When each object of a consumer was last looked at and with what; kept beside the world because controllers keep it in memory too. */
export type Comparisons = Map<string, { at: number; fingerprint: string }>;
