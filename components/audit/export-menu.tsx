import { ChevronDown, Download } from 'lucide-react';

/** Files, not pages: the router must not fetch them ahead. */
export function ExportMenu({
  rows,
  csvHref,
  jsonHref,
}: {
  readonly rows: number;
  readonly csvHref: string;
  readonly jsonHref: string;
}) {
  return (
    <details className="export">
      <summary className="button">
        <Download className="icon small" aria-hidden />
        Export {rows} {rows === 1 ? 'row' : 'rows'}
        <ChevronDown className="icon small" aria-hidden />
      </summary>
      <div>
        <a href={csvHref} download>
          CSV
        </a>
        <a href={jsonHref} download>
          JSON
        </a>
      </div>
    </details>
  );
}
