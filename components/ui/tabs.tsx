'use client';

import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab {
  readonly value: string;
  readonly label: string;
  readonly content: ReactNode;
}

export function Tabs({
  label,
  tabs,
  initial,
  lead,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly initial?: string;
  /** Stands to the left of the tabs, for example the page's title. */
  readonly lead?: ReactNode;
}) {
  const list = (
    <Base.List className="tabs justify-self-start" aria-label={label}>
      {tabs.map((tab) => (
        <Base.Tab key={tab.value} value={tab.value}>
          {tab.label}
        </Base.Tab>
      ))}
    </Base.List>
  );
  return (
    <Base.Root defaultValue={initial ?? tabs[0]?.value} className="grid min-w-0 gap-3">
      {lead ? (
        <div className="head">
          <div>{lead}</div>
          <div className="head-acts">{list}</div>
        </div>
      ) : (
        list
      )}
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="grid min-w-0 gap-3">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
