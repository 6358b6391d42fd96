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
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly initial?: string;
}) {
  return (
    <Base.Root defaultValue={initial ?? tabs[0]?.value} className="grid gap-3">
      <Base.List className="tabs justify-self-start" aria-label={label}>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="grid min-w-0 gap-3">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
