import { linkBefore } from '../checks/link.ts';
import type { ChainToCheck } from '../checks/run-checks.ts';
import { consumerKind } from '../consumers/index.ts';
import type { Chain, Status } from '../model/chain.ts';
import { firstBroken } from '../model/chain.ts';
import type { Design } from '../model/connection.ts';
import { serviceAccountSubject } from '../model/kubernetes.ts';

/** One chain for each workload of the design, untested. */
export function chainsOf(design: Design): readonly ChainToCheck[] {
  return design.consumers.flatMap((consumer) => {
    const kind = consumerKind(consumer.kind);
    if (!kind) return [];
    return consumer.workloads.map((workload) => {
      const several = consumer.workloads.length > 1 ? ` (${workload.role})` : '';
      return {
        chain: {
          id: `${consumer.kind}:${consumer.namespace}:${workload.deployment}`,
          consumerKind: consumer.kind,
          consumerTitle: kind.title,
          title: `${kind.title}${several} on ${design.cluster.name} to ${design.devops.project.name}`,
          subject: serviceAccountSubject(consumer.namespace, workload.serviceAccount),
          links: kind.checks.map((check) => linkBefore(check, design, consumer, workload)),
        },
        checks: kind.checks,
        consumer,
        workload,
      };
    });
  });
}

/** `works` only when every link of every chain was proved; else the gravest word that is true. */
export function statusOf(chains: readonly Chain[]): Status {
  if (chains.length === 0) return 'not-tested';
  if (chains.some((chain) => firstBroken(chain))) return 'broken';
  const seen = new Set(chains.flatMap(({ links }) => links.map(({ verified }) => verified.status)));
  const order: readonly Status[] = ['waiting', 'attention', 'unknown', 'not-visible', 'not-tested'];
  return order.find((status) => seen.has(status)) ?? 'works';
}
