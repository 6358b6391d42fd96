import type { Design } from '../model/connection.ts';

interface PatchTarget {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}
type Tree = { readonly [name: string]: string | Tree };

/** One entry for `patches` of the kustomization.yaml from which `kept` applies the object, as operations of RFC 6902. */
export function kustomizeOperations(
  kept: string,
  target: PatchTarget,
  operations: readonly { readonly op: string; readonly path: string; readonly value?: string }[],
): string {
  const lines = operations.flatMap(({ op, path, value }) => [
    `- op: ${op}`,
    `  path: ${JSON.stringify(path)}`,
    ...(value === undefined ? [] : [`  value: ${JSON.stringify(value)}`]),
  ]);
  return entry(kept, target, lines);
}

/** The same as an object that is merged, for maps that may not exist yet. Nothing where nobody keeps the consumer's objects in Git. */
export function kustomizeMerge(
  { consumers }: Pick<Design, 'consumers'>,
  target: PatchTarget & { readonly apiVersion: string; readonly namespace: string },
  metadataAndSpec: { readonly metadata?: Tree; readonly spec?: Tree },
): { readonly kustomize?: string } {
  const kept = consumers.find(({ namespace, keptBy }) => keptBy && namespace === target.namespace)?.keptBy;
  if (!kept) return {};
  const { apiVersion, kind, name, namespace } = target;
  const tree: Tree = { apiVersion, kind, ...metadataAndSpec, metadata: { name, ...metadataAndSpec.metadata } };
  return { kustomize: entry(kept, { kind, name, namespace }, yaml(tree)) };
}

function entry(kept: string, { kind, name, namespace }: PatchTarget, lines: readonly string[]): string {
  const place = namespace ? `, namespace: ${JSON.stringify(namespace)}` : '';
  return [
    `# patches of the kustomization.yaml behind ${kept}`,
    `- target: { kind: ${kind}, name: ${JSON.stringify(name)}${place} }`,
    '  patch: |',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
}

/** JSON strings are YAML strings, so whatever a name holds stays one value. */
function yaml(tree: Tree): readonly string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [`${name}: ${JSON.stringify(value)}`]
      : [`${name}:`, ...yaml(value).map((line) => `  ${line}`)],
  );
}
