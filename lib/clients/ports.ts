import type { CloudEnvironment } from '../model/cloud.ts';
import type { Clock, Ports } from '../ports.ts';
import { createArm } from './arm.ts';
import { systemClock } from './clock.ts';
import { createDevops } from './devops.ts';
import { createEgress } from './egress.ts';
import { createEntra } from './entra.ts';
import { createGit } from './git.ts';
import { createHttp } from './http.ts';
import { createKubernetesConnector } from './kubernetes.ts';
import type { OperatorTokens } from './operator-tokens.ts';

/** The real outside, for one signed-in operator. Cheap to create: every SDK is loaded on its first use. */
export function createPorts(options: { cloud: CloudEnvironment; tokens: OperatorTokens; clock?: Clock }): Ports {
  const { cloud, tokens, clock = systemClock } = options;
  const http = createHttp({ egress: createEgress(cloud), clock });
  const connect = createKubernetesConnector({ cloud, http, tokens, clock });
  return {
    cloud,
    clock,
    arm: createArm({ cloud, http, tokens, clock }),
    entra: createEntra({ cloud, http }),
    devops: createDevops({ cloud, http, token: (signal) => tokens.get('devops', signal), delegated: true }),
    devopsAs: (token) => createDevops({ cloud, http, token: async () => token, delegated: false }),
    git: createGit({ cloud, http }),
    kubernetes: ({ id }) => connect(id),
  };
}
