import type { SignInMethod, Source } from '../../lib/model/connection.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { type ConsumerPickerProps, consumerKey, type FoundConsumerView } from '../props.ts';
import { Choice } from '../ui/choice.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Status } from '../ui/status.tsx';
import { Tag } from '../ui/tag.tsx';
import { ChoiceError } from './choice-error.tsx';

const signIn: Readonly<Record<SignInMethod, Parameters<typeof Status>[0]>> = {
  'workload-identity': { status: 'works', word: 'Workload identity' },
  pat: { status: 'attention', word: 'Uses a PAT' },
  ssh: { status: 'attention', word: 'SSH key' },
  other: { status: 'unknown', word: 'Another way' },
  none: { status: 'unknown', word: 'No sign-in found' },
  'not-visible': { status: 'not-visible' },
};
const sourceTypes: Readonly<Record<string, string>> = {
  repository: 'repository',
  'repo-creds': 'credential template',
};

function Sources({ sources }: { readonly sources: readonly Source[] }) {
  if (sources.length === 0)
    return <p className="soft">No Azure DevOps repository was found here. It can still be connected.</p>;
  return (
    <ul className="source-rows" aria-label="Repositories and how each signs in today">
      {sources.map((source) => (
        <li key={`${source.type}/${source.namespace ?? ''}/${source.name}`}>
          <span>
            <span className="id anywhere block">{source.url}</span>
            <span className="faint">
              {sourceTypes[source.type] ?? source.type} {source.namespace && `${source.namespace}/`}
              {source.name}
              {source.access === 'contribute' && ', writes'}
            </span>
          </span>
          <Status {...signIn[source.signIn]} />
        </li>
      ))}
    </ul>
  );
}

function Found({
  found,
  title,
  selected,
  signInHrefs,
}: {
  readonly found: FoundConsumerView;
  readonly title: string;
  readonly selected: boolean;
} & Pick<ConsumerPickerProps, 'signInHrefs'>) {
  const { consumer, notices, notVisible } = found;
  const blocked = notices.some(({ blocks }) => blocks);
  const problems = [
    ...notices.map(({ problem, blocks }) => ({ problem, warns: !blocks })),
    ...notVisible.map((problem) => ({ problem, warns: false })),
  ];
  return (
    <Choice
      kind="checkbox"
      name="consumer"
      value={consumerKey(consumer)}
      defaultChecked={selected && !blocked}
      disabled={blocked}
      title={
        <span className="line">
          {title} {consumer.version ?? '(version not known)'}
          {blocked && <Tag warn>Cannot be chosen yet</Tag>}
        </span>
      }
      detail={
        <>
          <Sources sources={consumer.sources} />
          {problems.map(({ problem, warns }) => (
            <ProblemNotice
              key={problem.code + problem.title}
              problem={problem}
              warns={warns}
              level={2}
              signInHref={problem.signIn && signInHrefs?.[problem.signIn.audience]}
            />
          ))}
        </>
      }
    >
      <span className="facts-row">
        <span>
          Namespace <span className="id">{consumer.namespace}</span>
        </span>
        <span>Installed by {consumer.installedBy}</span>
      </span>
      {consumer.workloads.map((workload) => (
        <span key={workload.serviceAccount + workload.role} className="facts-row">
          <span>
            {workload.role} runs as <span className="id">{workload.serviceAccount}</span>
          </span>
          <span className="faint">{workload.access === 'read' ? 'reads' : 'reads and writes'}</span>
        </span>
      ))}
    </Choice>
  );
}

export function ConsumerPicker({ found, titles, selectedKeys, looksFor = [], signInHrefs }: ConsumerPickerProps) {
  if (found.length === 0)
    return (
      <EmptyState>
        What runs in this cluster and reads Azure DevOps would be listed here. Nothing was found in the namespaces that
        you may list. Looked for: {looksFor.join(' ')}
      </EmptyState>
    );
  return (
    <fieldset className="min-w-0">
      <legend className="unseen">Consumers</legend>
      <ChoiceError name="consumer" />
      <ul className="choices">
        {found.map((one) => (
          <Found
            key={consumerKey(one.consumer)}
            found={one}
            title={titles[one.consumer.kind] ?? one.consumer.kind}
            selected={selectedKeys.includes(consumerKey(one.consumer))}
            signInHrefs={signInHrefs}
          />
        ))}
      </ul>
    </fieldset>
  );
}
