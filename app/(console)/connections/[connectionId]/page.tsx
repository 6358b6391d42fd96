import { redirect } from 'next/navigation';
import { routes } from '../../../../lib/routes.ts';
import { loadWizard } from '../../../../lib/server/wizard/load.ts';

/** A connection opens where its next answer, or its last proof, is. */
export default async function ConnectionPage({ params }: { readonly params: Promise<{ connectionId: string }> }) {
  const { connectionId } = await params;
  const wizard = await loadWizard(connectionId);
  redirect(routes.step(connectionId, wizard.current));
}
