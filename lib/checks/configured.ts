import type { Link } from '../model/chain.ts';

export const complete: Link['configured'] = { status: 'works', word: 'Complete' };
export const drifted: Link['configured'] = { status: 'attention', word: 'Drifted' };
export const usesPat: Link['configured'] = { status: 'attention', word: 'Uses a PAT' };
export const unseen: Link['configured'] = { status: 'unknown', word: 'Unknown' };
export const notVisible: Link['configured'] = { status: 'not-visible', word: 'Not visible to you' };
