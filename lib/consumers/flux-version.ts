import semver from 'semver';
import type { DeploymentSummary } from '../model/kubernetes.ts';
import { makeProblem } from '../problems/make-problem.ts';
import type { FoundConsumer } from './consumer-kind.ts';

type Notice = FoundConsumer['notices'][number];

/** Version of a controller's image, which counts on its own: a distribution may mix them. */
export function controllerVersion({ containers }: Pick<DeploymentSummary, 'containers'>): string | undefined {
  for (const { image } of containers) {
    const tag = /:v?(\d+\.\d+\.\d+[^/:@]*)(?:@.*)?$/.exec(image)?.[1];
    const version = semver.valid(tag) ?? semver.coerce(tag)?.version;
    if (version) return version;
  }
  return undefined;
}

/** The distribution's version, which `flux install` and bootstrap write on every object. */
export function fluxVersion({ labels }: Pick<DeploymentSummary, 'labels'>): string | undefined {
  return semver.clean(labels['app.kubernetes.io/version'] ?? '') ?? undefined;
}

export interface Running {
  readonly source?: string;
  /** Absent when no automation needs it. */
  readonly automation?: { readonly version?: string };
  readonly notification?: { readonly version?: string };
}

/**
 * First controllers that sign in to Azure DevOps as an identity: source-controller 1.4.0 (Flux 2.4), image-automation-controller 1.0.0 and
 * notification-controller 1.7.0 (both Flux 2.7). Source: their change logs.
 */
const first = { source: '1.4.0', automation: '1.0.0', notification: '1.7.0' } as const;

export function versionNotices({ source, automation, notification }: Running): readonly Notice[] {
  const notices: Notice[] = [];
  if (!source) notices.push({ problem: makeProblem('flux/version-unknown'), blocks: false });
  else if (semver.lt(source, first.source))
    notices.push({
      problem: makeProblem('flux/version-unsupported', {
        evidence: evidence('source-controller', first.source, source),
      }),
      blocks: true,
    });
  if (automation?.version && semver.lt(automation.version, first.automation))
    notices.push({
      problem: makeProblem('flux/version-automation', {
        evidence: evidence('image-automation-controller', first.automation, automation.version),
      }),
      blocks: true,
    });
  if (notification?.version && !reportsByIdentity(notification.version))
    notices.push({
      problem: makeProblem('flux/version-commit-status', {
        evidence: evidence('notification-controller', first.notification, notification.version),
      }),
      blocks: false,
    });
  return notices;
}

export function reportsByIdentity(version: string | undefined): boolean {
  return version === undefined || semver.gte(version, first.notification);
}

function evidence(label: string, least: string, seen: string) {
  return [{ label, expected: `${least} or newer`, seen, seenIn: 'in image' }];
}
