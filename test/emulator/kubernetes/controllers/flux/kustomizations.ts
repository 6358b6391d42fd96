import { parse, parseAllDocuments } from 'yaml';
import type { ClusterAdmin, ClusterObject, World } from '../../../core/world.ts';
import { git } from '../../../devops/bare-repository.ts';
import { jsonPatch, mergePatch } from '../../embedded/patch.ts';
import { conditions, generationOf, requestedAt } from './status.ts';

interface Kustomization {
  readonly path?: string;
  readonly sourceRef: { readonly name: string; readonly namespace?: string };
}
interface Patch {
  readonly patch: string;
  readonly target?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}
interface Source {
  readonly spec: { readonly url: string };
  readonly status?: { readonly artifact?: { readonly revision: string } };
}
const manager = 'kustomize-controller';
/** What bootstrap manages and a person may patch. Everything else of the components is applied once, when the cluster is seeded. */
const applied = ['ServiceAccount', 'Deployment', 'GitRepository', 'Kustomization'];

/** Kustomize-controller: applies by force what the artifact of the source holds, so that Git wins over every hand. */
export async function reconcileKustomization(world: World, admin: ClusterAdmin, object: ClusterObject): Promise<void> {
  const { namespace = '', name } = object.metadata;
  const spec = object.spec as unknown as Kustomization;
  const place = spec.sourceRef.namespace ?? namespace;
  const source = (await admin.get('source.toolkit.fluxcd.io/v1', 'GitRepository', place, spec.sourceRef.name)) as
    | (ClusterObject & Source)
    | undefined;
  const revision = source?.status?.artifact?.revision;
  const repository = source && bareRepositoryOf(world, source.spec.url);
  const now = new Date(world.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = (status: 'True' | 'False', reason: string, message: string) =>
    conditions(object, now, [{ type: 'Ready', status, reason, message }]);
  const done = { observedGeneration: generationOf(object), ...requestedAt(object) };
  if (!revision || !repository) {
    const message = `Source artifact not found, retrying in 30s`;
    await admin.putStatus(
      { ...object, status: { ...done, conditions: ready('False', 'ArtifactFailed', message) } },
      manager,
    );
    return;
  }
  const commit = revision.split(':').at(-1) ?? '';
  const labels = { 'kustomize.toolkit.fluxcd.io/name': name, 'kustomize.toolkit.fluxcd.io/namespace': namespace };
  for (const built of await build(repository, commit, spec.path ?? './'))
    if (applied.includes(built.kind))
      await admin.apply(
        { ...built, metadata: { ...built.metadata, labels: { ...built.metadata.labels, ...labels } } },
        manager,
      );
  const status = {
    ...done,
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    conditions: ready('True', 'ReconciliationSucceeded', `Applied revision: ${revision}`),
  };
  await admin.putStatus({ ...object, status }, manager);
}

/** The artifact: what the source-controller fetched lies in the repository under that commit. */
function bareRepositoryOf(world: World, url: string): string | undefined {
  const [, organization = '', project = '', repository = ''] =
    /\/([^/]+)\/([^/]+)\/_git\/([^/]+)$/.exec(decodeURIComponent(url)) ?? [];
  return world.devops.organizations
    .get(organization.toLowerCase())
    ?.projects.find((each) => each.name === project)
    ?.repositories.find((each) => each.name === repository)?.path;
}

/** `kustomize build` of a bootstrap folder: its resources, then its patches, strategic or of RFC 6902. */
export async function build(repository: string, commit: string, path: string): Promise<readonly ClusterObject[]> {
  const folder = `${path.replace(/^\.?\//, '').replace(/\/$/, '')}/flux-system`;
  const show = (file: string) => git(['--git-dir', repository, 'show', `${commit}:${folder}/${file}`]);
  const { resources, patches = [] } = parse(await show('kustomization.yaml')) as {
    resources: string[];
    patches?: Patch[];
  };
  const texts = await Promise.all(resources.map(show));
  const objects = texts.flatMap((text) =>
    parseAllDocuments(text).flatMap((document) => {
      const object = document.toJS() as ClusterObject | null;
      return object ? [object] : [];
    }),
  );
  return objects.map((object) => patches.reduce(patched, object));
}

function patched(object: ClusterObject, { patch, target }: Patch): ClusterObject {
  const body = parse(patch) as unknown;
  const aim = target ?? identityOf(body as ClusterObject);
  const matches = (pattern: string | undefined, value: string | undefined) =>
    pattern === undefined || new RegExp(`^(?:${pattern})$`).test(value ?? '');
  if (!matches(aim.kind, object.kind) || !matches(aim.name, object.metadata.name)) return object;
  if (!matches(aim.namespace, object.metadata.namespace)) return object;
  if (Array.isArray(body)) return jsonPatch(object, body) as ClusterObject;
  const { name } = object.metadata;
  const merged = mergePatch(object, body) as ClusterObject;
  return { ...merged, metadata: { ...merged.metadata, name } };
}

function identityOf({ kind, metadata }: ClusterObject) {
  return { kind, name: metadata.name, namespace: metadata.namespace };
}
