'use client';

import { Search } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import type { Cluster } from '../../lib/model/azure.ts';
import type { ClusterPickerProps } from '../props.ts';
import { Choice } from '../ui/choice.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { FilteredToNone } from '../ui/list-bodies.tsx';
import { Status } from '../ui/status.tsx';
import { ChoiceError } from './choice-error.tsx';
import { NotVisibleList } from './not-visible-list.tsx';

function words(cluster: Cluster): string {
  const { name, subscriptionName, resourceGroup, location, kubernetesVersion } = cluster;
  return [name, subscriptionName, resourceGroup, location, kubernetesVersion].join(' ').toLowerCase();
}

function Switch({ on, label }: { readonly on: boolean; readonly label: string }) {
  return <Status status={on ? 'works' : 'attention'} word={`${label} ${on ? 'on' : 'off'}`} />;
}

function ClusterFacts({ cluster }: { readonly cluster: Cluster }) {
  return (
    <span className="cluster-choice">
      <span>
        <span className="faint block">{cluster.subscriptionName}</span>
        <span className="id">
          {cluster.resourceGroup} · {cluster.location}
        </span>
      </span>
      <span>
        <span className="soft block">Kubernetes {cluster.kubernetesVersion}</span>
        <span className="faint">{cluster.privateCluster ? 'Private API server' : 'Public API server'}</span>
      </span>
      <span className="grid content-start">
        <Switch on={cluster.oidcIssuerEnabled} label="OIDC issuer" />
        <Switch on={cluster.workloadIdentityEnabled} label="Workload identity" />
      </span>
      <span className="grid content-start">
        <Status
          status={cluster.powerState === 'Running' ? 'works' : 'attention'}
          word={cluster.powerState === 'Running' ? 'Running' : 'Stopped: nothing in it can be read'}
        />
        {cluster.provisioningState !== 'Succeeded' && (
          <Status status="waiting" word={`Azure is busy with it: ${cluster.provisioningState}`} />
        )}
        {!cluster.entraIntegrated && (
          <Status status="attention" word="Not integrated with Entra ID: cannot be read with your own rights" />
        )}
      </span>
    </span>
  );
}

/** Every visible cluster; typing filters by name, subscription, group, region and version. */
export function ClusterPicker({ clusters, selectedId, notVisible = [] }: ClusterPickerProps) {
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState(selectedId ?? '');
  const id = useId();
  const matching = useMemo(() => {
    const terms = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return clusters.filter((cluster) => terms.every((term) => words(cluster).includes(term)));
  }, [clusters, filter]);
  if (clusters.length === 0)
    return (
      <div className="grid gap-4">
        <NotVisibleList items={notVisible} what="subscription" />
        <EmptyState>
          The AKS clusters of your subscriptions would be listed here. You can see none: ask for the role Reader on one,
          then load this page again.
        </EmptyState>
      </div>
    );
  // A chosen cluster that the filter hides must still be posted.
  const hiddenChoice = chosen !== '' && !matching.some((cluster) => cluster.id === chosen);
  return (
    <fieldset className="min-w-0">
      <legend className="unseen">Cluster</legend>
      <div className="pick-head">
        <label className="search" htmlFor={id}>
          <span className="unseen">Filter clusters</span>
          <Search className="icon small" aria-hidden />
          <input
            id={id}
            className="input"
            type="search"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            // Enter would send the form while one is still looking.
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.preventDefault();
            }}
            placeholder="Filter by name, subscription, region or version"
            autoComplete="off"
            spellCheck={false}
          />
        </label>
        <span className="faint tabular" role="status">
          {matching.length === clusters.length
            ? `${clusters.length} clusters`
            : `${matching.length} of ${clusters.length} clusters`}
        </span>
      </div>
      <ChoiceError name="cluster" />
      {hiddenChoice && <input type="hidden" name="cluster" value={chosen} />}
      {matching.length === 0 ? (
        <FilteredToNone filter={`“${filter.trim()}”`} onDrop={() => setFilter('')} />
      ) : (
        <ul className="choices">
          {matching.map((cluster) => (
            <Choice
              key={cluster.id}
              kind="radio"
              name="cluster"
              value={cluster.id}
              checked={cluster.id === chosen}
              onChange={() => setChosen(cluster.id)}
              title={cluster.name}
            >
              <ClusterFacts cluster={cluster} />
            </Choice>
          ))}
        </ul>
      )}
      <div className="mt-4">
        <NotVisibleList items={notVisible} what="subscription" />
      </div>
    </fieldset>
  );
}
