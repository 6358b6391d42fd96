'use client';

import { useState } from 'react';
import { credentialNameRule, credentialsPerIdentity } from '../../lib/model/azure-rules.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import type { FederationFormProps } from '../props.ts';
import { Disclosure } from '../ui/disclosure.tsx';
import { Facts } from '../ui/facts.tsx';
import { Input } from '../ui/field.tsx';
import { Status } from '../ui/status.tsx';
import { ChoiceError } from './choice-error.tsx';
import { ruleError } from './identity-picker.tsx';

type Row = FederationFormProps['rows'][number];

function Credential({
  row,
  index,
  issuer,
  audience,
  name,
  others,
  onName,
}: {
  readonly row: Row;
  readonly index: number;
  readonly issuer?: string;
  readonly audience: string;
  readonly name: string;
  /** Lower-case names that are taken, this one's own aside. */
  readonly others: readonly string[];
  readonly onName: (name: string) => void;
}) {
  const prefix = `credentials.${index}`;
  const error =
    ruleError(credentialNameRule, name) ??
    (others.includes(name.toLowerCase())
      ? `Another credential is named ${name}. Names are unique on one identity.`
      : undefined);
  return (
    <li className="credential">
      <input type="hidden" name={`${prefix}.namespace`} value={row.namespace} />
      <input type="hidden" name={`${prefix}.serviceAccount`} value={row.serviceAccount} />
      <div className="credential-grid">
        {row.adopts ? (
          <div>
            <input type="hidden" name={`${prefix}.name`} value={row.adopts} />
            <Status status="works" word={`Used as it is: ${row.adopts}`} loud />
            <p className="soft">An equal credential exists under this name. Nothing is written.</p>
          </div>
        ) : (
          <Input
            label="Name of the credential"
            name={`${prefix}.name`}
            value={name}
            onChange={(event) => onName(event.target.value)}
            maxLength={120}
            error={error}
            hint={`${name.length} of 120 characters. Cannot be renamed later, only replaced.`}
          />
        )}
        <Facts
          rows={[
            [
              'Issuer',
              issuer ? (
                <code key="issuer">{issuer}</code>
              ) : (
                <span key="issuer" className="unset">
                  known after the issuer is on
                </span>
              ),
            ],
            ['Subject', <code key="subject">{row.subject}</code>],
            ['Audience', <code key="audience">{audience}</code>],
          ]}
        />
      </div>
      {row.clash && (
        <div className="mt-3">
          <ProblemNotice problem={row.clash} level={2} />
        </div>
      )}
    </li>
  );
}

/** The credential of each subject as it will be written, beside what the identity already trusts. */
export function FederationForm({ rows, issuer, audience, identity, existing }: FederationFormProps) {
  const [names, setNames] = useState(rows.map(({ name }) => name));
  const added = rows.filter(({ adopts }) => !adopts).length;
  const after = existing.length + added;
  return (
    <div className="grid min-w-0 gap-5">
      <p className="line">
        <Status
          status={
            after > credentialsPerIdentity ? 'broken' : after >= credentialsPerIdentity - 2 ? 'attention' : 'works'
          }
          word={`${existing.length} of ${credentialsPerIdentity} credentials used on ${identity.name}, ${after} after this`}
        />
      </p>
      <ChoiceError name="credentials" />
      <ol className="credentials">
        {rows.map((row, index) => (
          <Credential
            key={row.subject}
            row={row}
            index={index}
            issuer={issuer}
            audience={audience}
            name={names[index] ?? row.name}
            others={names.filter((_, other) => other !== index).map((name) => name.toLowerCase())}
            onName={(name) => setNames((all) => all.map((one, other) => (other === index ? name : one)))}
          />
        ))}
      </ol>
      {identity.isNew ? (
        <p className="soft">The identity is new and trusts nothing yet.</p>
      ) : existing.length === 0 ? (
        <p className="soft">{identity.name} trusts nothing yet.</p>
      ) : (
        <Disclosure summary={`What else ${identity.name} trusts (${existing.length})`} open={existing.length <= 3}>
          <ul className="source-rows">
            {existing.map((one) => (
              <li key={one.name} className="grid-cols-1!">
                <b>{one.name}</b>
                <span className="id anywhere">{one.issuer}</span>
                <span className="id anywhere">{one.subject ?? one.claimsMatchingExpression}</span>
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </div>
  );
}
