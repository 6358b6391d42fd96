import type { ReactNode } from 'react';
import type { Crumb } from '../props.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';

/** The page's one `h1`, its explanation, and what can be done from here. `say` is for the one sentence that a page exists for. */
export function PageHead({
  title,
  say = false,
  lede,
  crumbs,
  acts,
}: {
  readonly title: string;
  readonly say?: boolean;
  readonly lede?: ReactNode;
  readonly crumbs?: readonly Crumb[];
  readonly acts?: ReactNode;
}) {
  return (
    <>
      {crumbs && <Breadcrumbs crumbs={crumbs} />}
      <div className="head">
        <div>
          <h1 className={say ? 'say' : 'title'}>{title}</h1>
          {lede && <div className="lede">{lede}</div>}
        </div>
        {acts && <div className="head-acts">{acts}</div>}
      </div>
    </>
  );
}
