import {
  Check,
  CircleDashed,
  CircleDot,
  CircleQuestionMark,
  EyeOff,
  Hourglass,
  type LucideIcon,
  TriangleAlert,
  X,
} from 'lucide-react';
import type { Link } from '../../lib/model/chain.ts';
import { Status } from '../ui/status.tsx';
import { took } from '../ui/time-text.ts';
import { chainLabel, type LinkState, linkState, linkToExplain, realmSpans, realmTitle } from './link-state.ts';

const icons: Readonly<Record<LinkState, LucideIcon>> = {
  proved: Check,
  hit: X,
  attention: TriangleAlert,
  waiting: Hourglass,
  running: CircleDot,
  unclear: CircleQuestionMark,
  off: CircleDashed,
};

/** Where the line to the cause is torn. */
function Snap() {
  return (
    <svg className="snap-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M8.5 6.5L6 4M8.5 17.5L6 20M15.5 6.5L18 4M15.5 17.5L18 20" />
    </svg>
  );
}

/** A name may be an issuer of 250 characters: shortened in the middle, and whole on hover and for screen readers. */
function LinkName({ link }: { readonly link: Link }) {
  const short = link.name.length > 56 ? `${link.name.slice(0, 32)}…${link.name.slice(-16)}` : undefined;
  return (
    <div className="link-name" title={short ? link.name : link.detail}>
      {short ? (
        <>
          <span aria-hidden>{short}</span>
          <span className="unseen">{link.name}</span>
        </>
      ) : (
        link.name
      )}
    </div>
  );
}

function Node({
  link,
  state,
  snapped,
  opened,
  realm,
}: {
  readonly link: Link;
  readonly state: LinkState;
  readonly snapped: boolean;
  readonly opened: boolean;
  readonly realm: string;
}) {
  const Icon = link.verified.status === 'not-visible' ? EyeOff : icons[state];
  const classes = ['link', state, snapped ? 'snapped' : '', state === 'hit' && !opened ? 'closed' : ''];
  return (
    <li className={classes.filter(Boolean).join(' ')} data-link={link.id} data-state={state}>
      <div className="link-mark">
        <span className={state === 'running' ? 'pill pulse' : state === 'off' ? 'pill' : 'pill settle'}>
          <Icon className="icon" aria-hidden />
        </span>
        {snapped && <Snap />}
      </div>
      <div className="link-kind">
        <span className="unseen">
          {realm}, {link.place}:{' '}
        </span>
        {link.kind}
      </div>
      <LinkName link={link} />
      <div className="link-axis" data-label="Configured">
        <span className="unseen">Configured: </span>
        <Status status={link.configured.status} word={link.configured.word} />
      </div>
      <div className="link-axis" data-label="Verified">
        <span className="unseen">Verified: </span>
        {state === 'running' ? (
          <Status status="waiting" word="Checking" />
        ) : (
          <Status status={link.verified.status} word={link.verified.word} />
        )}
      </div>
      <div className="link-took">{link.tookMs === undefined ? '–' : took(link.tookMs)}</div>
    </li>
  );
}

/** The trust chain: realms over the links that live in them, and for each link what is configured, what was proved, how long it took. */
export function Chain({
  links,
  consumerTitle,
  runningId,
  opened = false,
  small = false,
}: {
  readonly links: readonly Link[];
  readonly consumerTitle: string;
  readonly runningId?: string;
  /** A diagnosis grows out of the hit link, directly below. */
  readonly opened?: boolean;
  readonly small?: boolean;
}) {
  const hit = linkToExplain(links);
  const hitIndex = hit?.verified.status === 'broken' ? links.indexOf(hit) : -1;
  return (
    <div className={small ? 'chain small' : 'chain'}>
      {realmSpans(links).map(({ realm, place, from, over }) => (
        <div key={from} className={`realm from-${from + 2} over-${over}`} aria-hidden="true">
          <span>
            <b>{realmTitle(realm, consumerTitle)}</b>
            {place}
          </span>
        </div>
      ))}
      <div className="axis" aria-hidden="true">
        <span>Configured</span>
        <span>Verified</span>
        <span>Took</span>
      </div>
      <ol className="links" aria-label={chainLabel(links)}>
        {links.map((link, index) => {
          const state = linkState(link, runningId);
          return (
            <Node
              key={link.id}
              link={link}
              state={state}
              snapped={index + 1 === hitIndex && state === 'proved'}
              opened={opened && index === hitIndex}
              realm={realmTitle(link.realm, consumerTitle)}
            />
          );
        })}
      </ol>
    </div>
  );
}
