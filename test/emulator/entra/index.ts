import type { Service } from '../core/service.ts';
import { json } from '../core/service.ts';
import { entraHosts } from '../core/world-state.ts';

export function createEntraService(): Service {
  return {
    name: 'entra',
    hosts: entraHosts,
    routes: [],
    unknown: (request) =>
      json(501, { error: 'not_implemented', error_description: `${request.method} ${request.path}` }),
  };
}
