import type { ReactNode } from 'react';

export interface Column {
  readonly key: string;
  readonly label: ReactNode;
  readonly numeric?: boolean;
  readonly sort?: 'ascending' | 'descending' | 'none';
  /** Turns the header into a link that sorts by it. */
  readonly sortHref?: string;
  /** For the column's width, in a table of fixed layout. */
  readonly className?: string;
}

/** Sticky header, hairlines, no outer box; below 1180 px a list of labelled values (cells carry `data-label`). */
export function Table({
  label,
  columns,
  className,
  children,
}: {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <table className={`table-shell stacked${className ? ` ${className}` : ''}`} aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              aria-sort={column.sort}
              className={
                [column.numeric ? 'number' : '', column.className ?? ''].filter(Boolean).join(' ') || undefined
              }
            >
              {column.sortHref ? <a href={column.sortHref}>{column.label}</a> : column.label}
            </th>
          ))}
        </tr>
      </thead>
      {children}
    </table>
  );
}
