import { ChevronRight } from 'lucide-react';
import type { FieldChange, PlannedChange, RightHeld, Verdict } from '../../lib/model/plan.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import type { PlanViewProps } from '../props.ts';
import { ButtonLink } from '../ui/button.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Status } from '../ui/status.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { anchor, isHandedOver, requestText, type Sign, shortRight, signOf, signs } from './plan-words.ts';

export function SignMark({ sign }: { readonly sign: Sign }) {
  return <i aria-hidden="true">{signs[sign].mark}</i>;
}

function Delta({ change }: { readonly change: FieldChange }) {
  const { field, old, new: next, knownAfter } = change;
  const value = knownAfter ? (
    <span className="unset">{knownAfter}</span>
  ) : next === undefined ? (
    <span className="now">removed</span>
  ) : (
    <span className="now">{next}</span>
  );
  return (
    <span className="delta">
      {field}{' '}
      {old !== undefined && (
        <>
          <del className="was">{old}</del> <span aria-hidden="true">→</span>
          <span className="unseen"> becomes </span>{' '}
        </>
      )}
      {value}
    </span>
  );
}

function Remark({ verdict }: { readonly verdict: Verdict }) {
  if (verdict.state === 'right') return <span className="remark">{verdict.how}</span>;
  if (verdict.state === 'blocked') return <span className="remark">{verdict.problem.title}</span>;
  return (
    <>
      {verdict.fields.map((field) => (
        <Delta key={field.field} change={field} />
      ))}
      {verdict.state === 'update' && verdict.irreversible && (
        <span className="remark warn">{verdict.irreversible}</span>
      )}
      {verdict.note && <span className="remark">{verdict.note}</span>}
    </>
  );
}

const heldWords = {
  yes: { status: 'works', word: 'You have it' },
  no: { status: 'attention', word: 'You lack it' },
  unknown: { status: 'unknown', word: 'Not known whether you have it' },
} as const;
const worst = { no: 0, unknown: 1, yes: 2 } as const;

function Need({ rights, right }: { readonly rights: readonly RightHeld[]; readonly right: boolean }) {
  if (right || rights.length === 0) return <span className="need faint">No right needed</span>;
  const held = rights.reduce(
    (found, one) => (worst[one.held] < worst[found] ? one.held : found),
    'yes' as const as RightHeld['held'],
  );
  return (
    <span className="need">
      <Status {...heldWords[held]} />
      {rights.map((one) => (
        <span key={`${one.right}:${one.scope}`} className="id" title={`${one.right} on ${one.scope}`}>
          {rights.length > 1 && one.held !== 'yes' && <span className="unseen">{heldWords[one.held].word}: </span>}
          {shortRight(one)}
        </span>
      ))}
    </span>
  );
}

const tools = [
  ['az', 'az'],
  ['terraform', 'Terraform'],
  ['bicep', 'Bicep'],
  ['kubectl', 'kubectl'],
  ['kustomize', 'Kustomize'],
] as const;

function HowTo({ change }: { readonly change: PlannedChange }) {
  const present = tools.flatMap(([key, label]) => {
    const text = change.commands[key];
    return text ? [{ value: key, label, content: <CodeBlock text={text} label={`${label}: ${change.title}`} /> }] : [];
  });
  if (present.length === 0) return null;
  const run = {
    value: 'run',
    label: 'Run here',
    content: (
      <p className="prose">
        Read, compared, written once with your own token, read back, then journalled. Nothing is written before you
        approve.
      </p>
    ),
  };
  return (
    <Tabs label={`How to make this change: ${change.title}`} tabs={[run, ...present]} initial={present[0]?.value} />
  );
}

function Missing({
  change,
  pageUrl,
  recheckHref,
}: {
  readonly change: PlannedChange;
  readonly pageUrl?: string;
  readonly recheckHref?: string;
}) {
  const missing = change.rights.filter(({ held }) => held === 'no');
  return (
    <>
      {missing.map((one) => (
        <p key={`${one.right}:${one.scope}`} className="prose anywhere">
          It needs <code>{one.right}</code> on <code>{one.scope}</code>
          {one.role ? (
            <>
              , for example through the role <b>{one.role}</b>
            </>
          ) : null}
          . {one.note ?? ''}
        </p>
      ))}
      <div className="line">
        <CopyButton text={requestText(change, missing, pageUrl)}>Copy request</CopyButton>
        {pageUrl && <CopyButton text={`${pageUrl}#${anchor(change.id)}`}>Copy link to this change</CopyButton>}
        {recheckHref && (
          <ButtonLink href={recheckHref} look="quiet" plain>
            Check my rights again
          </ButtonLink>
        )}
      </div>
    </>
  );
}

export function ChangeRow({
  change,
  pageUrl,
  recheckHref,
  signInHrefs,
}: { readonly change: PlannedChange } & Pick<PlanViewProps, 'pageUrl' | 'recheckHref' | 'signInHrefs'>) {
  const sign = signOf(change);
  const { verdict } = change;
  const handedOver = isHandedOver(change);
  const unknown = change.rights.filter(({ held, note }) => held === 'unknown' && note);
  return (
    <details
      className={`change ${sign}`}
      id={anchor(change.id)}
      open={handedOver || verdict.state === 'blocked'}
      data-change={change.id}
    >
      <summary>
        <span className={`sign ${sign}`}>
          <SignMark sign={sign} />
          {signs[sign].word}
        </span>
        <span>
          <span className="change-title">{change.title}</span>
          <Remark verdict={verdict} />
        </span>
        <Need rights={change.rights} right={verdict.state === 'right'} />
        <ChevronRight className="icon small chevron" aria-hidden />
      </summary>
      <div className="change-body">
        {handedOver && <Missing change={change} pageUrl={pageUrl} recheckHref={recheckHref} />}
        {verdict.state === 'blocked' && (
          <ProblemNotice
            problem={verdict.problem}
            level={3}
            signInHref={verdict.problem.signIn && signInHrefs?.[verdict.problem.signIn.audience]}
          />
        )}
        {unknown.map(({ right, note }) => (
          <p key={right} className="prose anywhere">
            {note}
          </p>
        ))}
        <HowTo change={change} />
        {!change.commands.az && !change.commands.kubectl && verdict.state === 'right' && (
          <p className="soft">Nothing is written for it.</p>
        )}
      </div>
    </details>
  );
}
