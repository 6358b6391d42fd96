import { ApiException } from '@kubernetes/client-node';
import { expect } from 'vitest';

/** A Status as the API server sends it. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}
/** The refusal of a call that must be refused. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiException) {
      const body = (typeof error.body === 'string' ? JSON.parse(error.body) : error.body) as Refusal & { kind: string };
      expect(body.kind).toBe('Status');
      return { code: error.code, reason: body.reason, message: body.message };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}
