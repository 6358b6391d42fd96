import Link from 'next/link';
import { CredentialTable } from '../../../components/audit/credential-table.tsx';
import { Facets } from '../../../components/audit/facets.tsx';
import { FilterBar } from '../../../components/audit/filter-bar.tsx';
import { FindingPanel } from '../../../components/audit/finding-panel.tsx';
import { ListKeys } from '../../../components/audit/list-keys.tsx';
import { FilteredToNone } from '../../../components/ui/list-bodies.tsx';
import type { pageModel } from '../../../lib/server/audit/page-model.ts';
import { acceptRisk, takeBackRisk } from './actions.ts';

export function CredentialList({
  model,
  q,
  scanId,
}: {
  readonly model: ReturnType<typeof pageModel>;
  readonly q: string;
  readonly scanId: string;
}) {
  const { rows, opened, page, pages, pageHref, matching, removing } = model;
  return (
    <>
      <ListKeys />
      <FilterBar q={q} terms={model.terms} hidden={model.hidden} />
      <Facets facets={model.facets} />
      {matching === 0 ? (
        <FilteredToNone filter={removing?.text ?? 'the filter'} dropHref={removing?.href} />
      ) : (
        <CredentialTable
          rows={rows}
          sort={model.sort}
          opened={opened && <FindingPanel opened={{ ...opened, scanId, acceptRisk, takeBackRisk }} />}
        />
      )}
      <p className="foot">
        <span>
          {rows.length} of {matching} {matching === 1 ? 'row' : 'rows'} shown
        </span>
        {pages > 1 && (
          <span>
            {page > 1 && (
              <Link className="act" href={pageHref(page - 1)} prefetch={false}>
                Previous
              </Link>
            )}
            <span>
              Page {page} of {pages}
            </span>
            {page < pages && (
              <Link className="act" href={pageHref(page + 1)} prefetch={false}>
                Next
              </Link>
            )}
          </span>
        )}
        <span>j and k move, Enter opens, / filters</span>
        <span>Export carries the filter, the scope and the time</span>
      </p>
    </>
  );
}
