import { StepForm } from '../../../../components/connection/step-form.tsx';
import { startCheck } from '../actions.ts';

/** The first check of a connection: what it will do, and the button. */
export function StartCheck({ connectionId }: { readonly connectionId: string }) {
  return (
    <StepForm action={startCheck} hidden={{ connectionId }} submitLabel="Verify the chain" pendingLabel="Starting…">
      <p className="prose">
        A token is asked for as the consumer’s own service account, exchanged at Entra ID, and used at Azure DevOps and
        on the repository itself. Nothing is written. The token stays in the server’s memory and is dropped at the end.
      </p>
    </StepForm>
  );
}
