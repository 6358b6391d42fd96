import type { Scenario } from '../core/scenario.ts';

export const scenarios: readonly Scenario[] = [];
