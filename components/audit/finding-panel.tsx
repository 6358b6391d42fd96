import Link from 'next/link';
import { CodeBlock } from '../ui/code-block.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { Tag } from '../ui/tag.tsx';
import { clock } from '../ui/time-text.ts';
import { AcceptedRisk } from './accepted-risk.tsx';
import type { EvidenceView, FindingView, OpenedView } from './props.ts';
import { RiskForm } from './risk-form.tsx';

/** Why it is a finding, what was seen and when, how to mend it, and the way to accept it for a time. */
export function FindingPanel({ opened }: { readonly opened: OpenedView }) {
  const { finding, tabs, facts } = opened;
  return (
    <div className={finding ? 'finding' : 'finding alone-finding'}>
      <div>
        {tabs.length > 1 && (
          <nav className="finding-tabs" aria-label="Findings of this credential">
            {tabs.map(({ kind, title, href, current, accepted }) => (
              <Link key={kind} href={href} prefetch={false} scroll={false} aria-current={current || undefined}>
                {title}
                {accepted && <Tag>accepted</Tag>}
              </Link>
            ))}
          </nav>
        )}
        {finding ? (
          <Explained finding={finding} />
        ) : (
          <h2 className="section">Nothing was found in what could be read</h2>
        )}
        <div className="folds">
          <Disclosure summary="Everything that was read" open={!finding}>
            <Evidence evidence={facts} label="Everything that was read" />
          </Disclosure>
        </div>
      </div>
      {finding?.accepted && <AcceptedRisk accepted={finding.accepted} action={opened.takeBackRisk} />}
      {finding && !finding.accepted && (
        <RiskForm
          key={finding.kind}
          action={opened.acceptRisk}
          hidden={{ scanId: opened.scanId, row: opened.key, kind: finding.kind }}
          proposedEnd={opened.proposedEnd}
        />
      )}
    </div>
  );
}

function Explained({ finding }: { readonly finding: FindingView }) {
  const { title, why, evidence, fix, source } = finding;
  return (
    <>
      <h2 className="section">{title}</h2>
      <p className="prose">
        <bdi>{why}</bdi>
      </p>
      <h3>Evidence</h3>
      <Evidence evidence={evidence} label="Evidence" />
      <div className="finding-fix">
        <Tabs
          key={finding.kind}
          label="Fix as"
          lead={<h3>Fix: {fix.title}</h3>}
          tabs={fix.commands.map(({ language, label, text }) => ({
            value: language,
            label,
            content: <CodeBlock text={text} label={`${label} to ${fix.title}`} />,
          }))}
        />
      </div>
      <div className="finding-foot">
        <p className="soft">{fix.effect}</p>
        <a className="act" href={source} target="_blank" rel="noreferrer">
          Why this is a finding
        </a>
      </div>
    </>
  );
}

function Evidence({ evidence, label }: { readonly evidence: readonly EvidenceView[]; readonly label: string }) {
  return (
    <dl className="evidence" aria-label={label}>
      {evidence.map(({ label: name, text, at }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines of evidence may bear one label, and the list never changes.
        <div key={index}>
          <dt>{name}</dt>
          <dd className="anywhere">
            <bdi>{text}</bdi>
          </dd>
          <dd className="tabular faint">{at ? <time dateTime={at}>{clock(at)} UTC</time> : null}</dd>
        </div>
      ))}
    </dl>
  );
}
