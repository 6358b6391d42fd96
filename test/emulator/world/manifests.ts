import type { Commit } from '../devops/bare-repository.ts';

function deployment(name: string, image: string, replicas: number, port: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: ${name}
    spec:
      containers:
        - name: ${name}
          image: ${image}
          ports:
            - name: http
              containerPort: ${port}
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          securityContext:
            allowPrivilegeEscalation: false
            runAsNonRoot: true
`;
}
function service(name: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app.kubernetes.io/name: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}
function kustomization(resources: readonly string[], extra = ''): string {
  return `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
${resources.map((resource) => `  - ${resource}`).join('\n')}
${extra}`;
}
const readme = (name: string, text: string) => `# ${name}\n\n${text}\n`;

/** A deployable service: base and one overlay per stage, with a later change of the image. */
export function serviceRepository(name: string, application: string, version: string): Commit[] {
  const image = (tag: string) => `registry.contoso.example/${application}:${tag}`;
  const overlay = (stage: string, replicas: number) =>
    kustomization(
      ['../../base'],
      `namespace: ${application}\nreplicas:\n  - name: ${application}\n    count: ${replicas}\nlabels:\n  - pairs:\n      contoso.example/stage: ${stage}\n`,
    );
  return [
    {
      branch: 'main',
      message: `Deploy ${application}\n`,
      files: {
        'README.md': readme(name, `What runs of ${application}, by stage. Argo CD applies \`overlays/\`.`),
        'base/deployment.yaml': deployment(application, image('1.0.0'), 2, 8080),
        'base/service.yaml': service(application),
        'base/kustomization.yaml': kustomization(['deployment.yaml', 'service.yaml']),
        'overlays/production/kustomization.yaml': overlay('production', 4),
        'overlays/staging/kustomization.yaml': overlay('staging', 1),
      },
    },
    {
      branch: 'main',
      message: `Raise ${application} to ${version}\n`,
      files: { 'base/deployment.yaml': deployment(application, image(version), 2, 8080) },
    },
  ];
}

/** Rendered manifests on one branch per stage, as Argo CD's hydrator and Flux's image automation write them. */
export function environmentRepository(name: string, application: string, version: string, policy?: string): Commit[] {
  // The mark by which image automation finds what it may set.
  const setter = policy ? ` # {"$imagepolicy": "${policy}"}` : '';
  const manifests = (replicas: number) => ({
    'manifest.yaml': `${deployment(application, `registry.contoso.example/${application}:${version}${setter}`, replicas, 8080)}---\n${service(application)}`,
  });
  return [
    {
      branch: 'main',
      message: 'Say what this repository is for\n',
      files: { 'README.md': readme(name, `Rendered manifests of ${application}; see the branches below \`env/\`.`) },
    },
    { branch: 'env/staging', message: `Hydrate ${application} ${version}\n`, files: manifests(1) },
    { branch: 'env/production', message: `Hydrate ${application} ${version}\n`, files: manifests(4) },
  ];
}

/** What every cluster gets: namespaces, quotas and network policies. */
export function clusterRepository(name: string, namespaces: readonly string[]): Commit[] {
  const files = Object.fromEntries(
    namespaces.map((namespace) => [
      `namespaces/${namespace}.yaml`,
      `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    pod-security.kubernetes.io/enforce: restricted
---
apiVersion: v1
kind: ResourceQuota
metadata:
  name: default
  namespace: ${namespace}
spec:
  hard:
    requests.cpu: "8"
    requests.memory: 16Gi
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny-ingress
  namespace: ${namespace}
spec:
  podSelector: {}
  policyTypes:
    - Ingress
`,
    ]),
  );
  return [
    {
      branch: 'main',
      message: 'Describe the namespaces of the cluster\n',
      files: {
        'README.md': readme(name, 'What the platform team puts into a cluster.'),
        ...files,
        'kustomization.yaml': kustomization(namespaces.map((namespace) => `namespaces/${namespace}.yaml`)),
      },
    },
  ];
}
