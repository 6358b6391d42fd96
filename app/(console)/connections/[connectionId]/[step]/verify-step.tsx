import { routes } from '../../../../../lib/routes.ts';
import { CheckPanel } from '../../../checks/[checkId]/check-panel.tsx';
import { StartCheck } from '../../../checks/[checkId]/start-check.tsx';
import type { StepProps } from './page.tsx';

export async function VerifyStep({ wizard: { connection, newestCheck } }: StepProps) {
  const here = routes.step(connection.id, 'verify');
  if (!newestCheck) return <StartCheck connectionId={connection.id} />;
  return <CheckPanel checkId={newestCheck.id} here={here} />;
}
