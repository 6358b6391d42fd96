'use client';

import { Search } from 'lucide-react';
import { useId, useState } from 'react';
import { credentialsPerIdentity, identityNameRule, type NameRule } from '../../lib/model/azure-rules.ts';
import type { IdentityPickerProps } from '../props.ts';
import { Choice } from '../ui/choice.tsx';
import { Input, Select, TextArea } from '../ui/field.tsx';
import { FilteredToNone } from '../ui/list-bodies.tsx';
import { Status } from '../ui/status.tsx';
import { ChoiceError } from './choice-error.tsx';
import { NotVisibleList } from './not-visible-list.tsx';

export function ruleError(rule: NameRule, value: string): string | undefined {
  return rule.pattern.test(value) ? undefined : rule.message;
}

function NewIdentity({ value, subscriptions, resourceGroups, locations }: IdentityPickerProps) {
  const [name, setName] = useState(value.name);
  const [subscriptionId, setSubscriptionId] = useState(value.subscriptionId || (subscriptions[0]?.id ?? ''));
  const listId = useId();
  const groups = resourceGroups[subscriptionId] ?? [];
  const regions = locations[subscriptionId] ?? [];
  return (
    <div className="fields">
      <Input
        label="Name"
        name="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={128}
        error={name === '' ? undefined : ruleError(identityNameRule, name)}
        hint="Unique in its resource group."
      />
      <Select
        label="Subscription"
        name="subscriptionId"
        value={subscriptionId}
        onChange={(event) => setSubscriptionId(event.target.value)}
        options={subscriptions.map(({ id, name: label }) => ({ value: id, label }))}
      />
      <Select
        key={`group-${subscriptionId}`}
        label="Resource group"
        name="resourceGroup"
        defaultValue={groups.includes(value.resourceGroup) ? value.resourceGroup : groups[0]}
        options={groups.map((group) => ({ value: group, label: group }))}
        hint={groups.length === 0 ? 'None is visible to you in this subscription.' : 'It must exist already.'}
      />
      <Input
        key={`region-${subscriptionId}`}
        label="Region"
        name="location"
        defaultValue={value.location}
        list={listId}
        hint="Any region works with any cluster; near it is tidy."
      />
      <datalist id={listId}>
        {regions.map((region) => (
          <option key={region} value={region} />
        ))}
      </datalist>
      <TextArea
        label="Tags"
        name="tags"
        rows={2}
        defaultValue={Object.entries(value.tags)
          .map(([key, text]) => `${key}=${text}`)
          .join('\n')}
        hint="One key=value a line."
      />
    </div>
  );
}

function Existing({ identities, value }: Pick<IdentityPickerProps, 'identities' | 'value'>) {
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState(value.id ?? '');
  const id = useId();
  const term = filter.trim().toLowerCase();
  const matching = identities.filter(({ identity }) =>
    `${identity.name} ${identity.resourceGroup} ${identity.subscriptionName}`.toLowerCase().includes(term),
  );
  const hidden = chosen !== '' && !matching.some(({ identity }) => identity.id === chosen);
  if (identities.length === 0) return <p className="soft">You can see no managed identity. Create one instead.</p>;
  return (
    <div>
      {identities.length > 6 && (
        <div className="pick-head">
          <label className="search" htmlFor={id}>
            <span className="unseen">Filter identities</span>
            <Search className="icon small" aria-hidden />
            <input
              id={id}
              className="input"
              type="search"
              value={filter}
              onChange={(event) => setFilter(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') event.preventDefault();
              }}
              placeholder="Filter by name, resource group or subscription"
            />
          </label>
        </div>
      )}
      <ChoiceError name="id" />
      {hidden && <input type="hidden" name="id" value={chosen} />}
      {matching.length === 0 ? (
        <FilteredToNone filter={`“${filter.trim()}”`} onDrop={() => setFilter('')} />
      ) : (
        <ul className="choices">
          {matching.map(({ identity, credentials }) => {
            const full = credentials !== undefined && credentials >= credentialsPerIdentity;
            return (
              <Choice
                key={identity.id}
                kind="radio"
                name="id"
                value={identity.id}
                checked={identity.id === chosen}
                onChange={() => setChosen(identity.id)}
                title={identity.name}
              >
                <span className="facts-row">
                  <span>{identity.subscriptionName}</span>
                  <span className="id">
                    {identity.resourceGroup} · {identity.location}
                  </span>
                  {credentials === undefined ? (
                    <Status status="not-visible" word="Credentials not visible to you" />
                  ) : full ? (
                    <Status status="attention" word={`Full: ${credentials} of ${credentialsPerIdentity} credentials`} />
                  ) : (
                    <span className="tabular">
                      {credentials} of {credentialsPerIdentity} credentials
                    </span>
                  )}
                </span>
              </Choice>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** Use one that is there, or create one for this connection. */
export function IdentityPicker(props: IdentityPickerProps) {
  const [mode, setMode] = useState(props.value.mode);
  return (
    <div className="grid min-w-0 gap-4">
      <fieldset className="min-w-0">
        <legend className="unseen">Which identity</legend>
        <ul className="choices">
          <Choice
            kind="radio"
            name="mode"
            value="new"
            checked={mode === 'new'}
            onChange={() => setMode('new')}
            title="Create an identity for this connection"
            detail={mode === 'new' ? <NewIdentity {...props} /> : undefined}
          >
            <span className="soft">It can then be taken away without touching anything else.</span>
          </Choice>
          <Choice
            kind="radio"
            name="mode"
            value="existing"
            checked={mode === 'existing'}
            onChange={() => setMode('existing')}
            title="Use one that exists"
            detail={mode === 'existing' ? <Existing {...props} /> : undefined}
          >
            <span className="soft">Whatever it opens already, the consumer can then open too.</span>
          </Choice>
        </ul>
      </fieldset>
      <NotVisibleList items={props.notVisible ?? []} what="subscription" />
    </div>
  );
}
