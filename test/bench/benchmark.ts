/** One measured figure and the bar that it must not exceed. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly bar: number;
  /** What the figure was made from, for the table. */
  readonly note?: string;
}

/** Measures one thing and gives one or more figures by name, for example `check.ratio`. */
export interface Benchmark {
  readonly figures: readonly string[];
  measure(say: (progress: string) => void): Promise<Readonly<Record<string, Figure>>>;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Nearest rank: a value that was measured, never one between two. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] as number;
}

export const passes = ({ value, bar }: Figure): boolean => value <= bar;
export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
