import { EyeOff } from 'lucide-react';
import type { NotVisible } from '../../lib/model/audit.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Note } from '../ui/note.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

export interface ScopeNoteProps {
  readonly subscriptions: number;
  readonly clusters: number;
  readonly organizations: number;
  readonly at: string;
  readonly notVisible: readonly NotVisible[];
  /** Where one more sign-in would show more. */
  readonly signIns: readonly { readonly label: string; readonly href: string }[];
  readonly compared?: {
    readonly added: number;
    readonly changed: number;
    readonly gone: readonly string[];
    readonly at: string;
  };
}

const many = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** What was read, when, and where the reader's rights end. Always there, because a list says nothing about what it leaves out. */
export function ScopeNote({
  subscriptions,
  clusters,
  organizations,
  at,
  notVisible,
  signIns,
  compared,
}: ScopeNoteProps) {
  return (
    <Note icon={EyeOff}>
      <b>
        Read {many(subscriptions, 'subscription')}, {many(clusters, 'cluster')}, {many(organizations, 'organisation')}
      </b>{' '}
      <RelativeTime key={at} at={at} />, with your own rights. Subscriptions that you do not see are not in any list.{' '}
      {notVisible.length > 0 && `${many(notVisible.length, 'part')} of what you see could not be read. `}
      What was not seen is not counted as safe, unused or deleted.
      {signIns.length > 0 && (
        <span className="sign-ins">
          {signIns.map(({ label, href }) => (
            <ButtonLink key={href} href={href} plain>
              {label}
            </ButtonLink>
          ))}
        </span>
      )}
      {notVisible.length > 0 && (
        <Disclosure summary="What is missing, and who can grant it">
          {notVisible.map(({ what, problem }) => (
            <p key={what}>
              <b>{what}</b>: {problem.title}. {problem.remedy}
            </p>
          ))}
        </Disclosure>
      )}
      {compared && (compared.added > 0 || compared.changed > 0 || compared.gone.length > 0) && (
        <Disclosure
          summary={
            <>
              Since the scan before, <RelativeTime at={compared.at} />: {compared.added} new, {compared.changed}{' '}
              changed, {compared.gone.length} gone
            </>
          }
        >
          {compared.gone.length > 0 && <p className="anywhere">Gone: {compared.gone.join(', ')}</p>}
        </Disclosure>
      )}
    </Note>
  );
}
