import { RotateCw } from 'lucide-react';
import { routes } from '../../lib/routes.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { CopyIcon } from '../ui/copy-button.tsx';

/** What an error boundary shows: what is certain, the digest that the server's log has, and two ways on. */
export function Failed({ digest, retry }: { readonly digest?: string; readonly retry: () => void }) {
  return (
    <main className="alone" id="main" tabIndex={-1}>
      <h1 className="title">This page could not be drawn.</h1>
      <p className="lede">
        The server failed while it answered. Runs and checks that were under way go on; a write that was sent is read
        back, never repeated.
      </p>
      {digest && (
        <p className="soft mt-3">
          In the server’s log: <span className="id">{digest}</span>
          <CopyIcon text={digest} label="Copy log reference" />
        </p>
      )}
      <div className="acts">
        <Button look="primary" icon={RotateCw} onClick={retry}>
          Try again
        </Button>
        <ButtonLink href={routes.access()} plain>
          Go to Access
        </ButtonLink>
      </div>
    </main>
  );
}
