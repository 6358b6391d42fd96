import { json, type Service } from './service.ts';

export function createControlService(_emulator: { reset(): Promise<void> }): Service {
  return { name: 'control', hosts: [], routes: [], unknown: () => json(404, { error: 'no such control route' }) };
}
