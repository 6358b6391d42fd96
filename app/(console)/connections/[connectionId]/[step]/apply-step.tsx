import { redirect } from 'next/navigation';
import { routes } from '../../../../../lib/routes.ts';
import { RunPanel } from '../../../runs/[runId]/run-panel.tsx';
import type { StepProps } from './page.tsx';

/** The newest run of this connection; its own address is the permanent one. */
export async function ApplyStep({ wizard: { connection, newestRun } }: StepProps) {
  if (!newestRun) redirect(routes.step(connection.id, 'review'));
  return <RunPanel runId={newestRun.id} here={routes.step(connection.id, 'apply')} />;
}
