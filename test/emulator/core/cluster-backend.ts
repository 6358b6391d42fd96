import type { EmulatorRequest, EmulatorResponse } from './service.ts';

/** One cluster's API server: embedded, or a real one behind a proxy that knows Entra tokens. */
export interface ClusterBackend {
  readonly clusterId: string;
  handle(request: EmulatorRequest): Promise<EmulatorResponse>;
  /** The key set of the service-account issuer. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
  /** The issuer that tokens carry: the AKS one, or the in-cluster default while the switch is off. */
  setIssuer(issuer: string): Promise<void>;
  /** Administrative access for simulated controllers; goes around RBAC, never around validation. */
  readonly admin: ClusterAdmin;
  /** What a restart brings back. A real API server keeps its own database on disk. Absent: nothing is kept of this cluster. */
  keep?(): KeptCluster;
  stop(): Promise<void>;
}
export type KeptCluster =
  | {
      readonly kind: 'embedded';
      readonly version: number;
      /** Kind → namespace and name → object. */
      readonly objects: ReadonlyMap<string, ReadonlyMap<string, ClusterObject>>;
      readonly issuer: string;
      /** Private keys of the service-account issuer in PKCS #8: the one that signs, then its neighbour in the rotation. */
      readonly keys: readonly string[];
    }
  | { readonly kind: 'real' };
export interface ClusterObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}
export interface ClusterAdmin {
  get(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): Promise<ClusterObject | undefined>;
  list(apiVersion: string, kind: string, namespace?: string): Promise<ClusterObject[]>;
  /** Creates or replaces, as field manager `manager`. */
  put(object: ClusterObject, manager: string): Promise<ClusterObject>;
  /** Server-side apply as field manager `manager`, by force, as controllers do. */
  apply(object: ClusterObject, manager: string): Promise<ClusterObject>;
  putStatus(object: ClusterObject, manager: string): Promise<ClusterObject>;
  /** JSON merge patch as field manager `manager`. */
  patch(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
    patch: unknown,
    manager: string,
  ): Promise<ClusterObject>;
  delete(apiVersion: string, kind: string, namespace: string | undefined, name: string): Promise<void>;
  /** A projected token as the kubelet would write it into a pod. */
  projectedToken(
    namespace: string,
    serviceAccount: string,
    audience: string,
    pod?: { name: string; uid: string },
  ): Promise<string>;
}
