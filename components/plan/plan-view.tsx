import { type Commands, layers, type Plan, pending } from '../../lib/model/plan.ts';
import type { PlanViewProps } from '../props.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { ChangeRow, SignMark } from './change-row.tsx';
import { changesText, counts, layerTitles, type Sign, signs, whoMakes } from './plan-words.ts';

const order: readonly Sign[] = ['create', 'update', 'irreversible', 'handed-over', 'blocked', 'right'];

function Tally({ plan, cost }: Pick<PlanViewProps, 'plan' | 'cost'>) {
  const count = counts(plan);
  return (
    <p className="tally">
      {order
        .filter((sign) => count[sign] > 0)
        .map((sign) => (
          <span key={sign} className={`sign ${sign}`}>
            <SignMark sign={sign} />
            <span>
              <b>{count[sign]}</b> {signs[sign].tally}
            </span>
          </span>
        ))}
      {cost && <span className="push soft">{cost}</span>}
    </p>
  );
}

function Layers(props: PlanViewProps) {
  const { plan, places } = props;
  return layers.map((layer) => {
    const changes = plan.changes.filter((change) => change.layer === layer);
    if (changes.length === 0) return null;
    const writes = pending({ changes }).length;
    return (
      <section key={layer} className="layer" aria-labelledby={`layer-${layer}`}>
        <header>
          <h2 id={`layer-${layer}`}>{layerTitles[layer]}</h2>
          {places?.[layer] && <span className="id">{places[layer]}</span>}
          <span className="push">{writes === 0 ? 'nothing to change' : changesText(writes)}</span>
        </header>
        {changes.map((change) => (
          <ChangeRow key={change.id} change={change} {...props} />
        ))}
      </section>
    );
  });
}

const tools: readonly (readonly [keyof Commands, string])[] = [
  ['az', 'az'],
  ['terraform', 'Terraform'],
  ['bicep', 'Bicep'],
  ['kubectl', 'kubectl'],
  ['kustomize', 'Kustomize'],
];

/** Every pending change by hand with one tool, in the order in which they must be made. */
function whole(plan: Plan, tool: keyof Commands): string {
  return pending(plan)
    .flatMap(({ title, commands }) => {
      const text = commands[tool];
      return text ? [`# ${title.replace(/[\r\n]+/g, ' ')}\n${text}`] : [];
    })
    .join('\n\n');
}

/** The plan as a diff by layer: what, old → new, which right it needs and whether this person has it, and the same by hand. */
export function PlanView(props: PlanViewProps) {
  const { plan, cost } = props;
  const commands = tools.flatMap(([tool, label]) => {
    const text = whole(plan, tool);
    return text
      ? [{ value: tool, label, content: <CodeBlock text={text} label={`The whole plan as ${label}`} /> }]
      : [];
  });
  const content = (
    <div>
      <Tally plan={plan} cost={cost} />
      <Layers {...props} />
    </div>
  );
  return (
    <div className="before-bar mt-4">
      <Tabs
        label="Read the whole plan as"
        lead={
          <p className="soft">
            From what was read at {plan.readAt.slice(11, 16)} UTC to a proved connection. {whoMakes(plan)}
          </p>
        }
        tabs={[{ value: 'plan', label: 'Plan', content }, ...commands]}
      />
    </div>
  );
}
