import { LonePage } from '../components/shell/page.tsx';
import { TopBar } from '../components/shell/top-bar.tsx';
import { ButtonLink } from '../components/ui/button.tsx';
import { routes } from '../lib/routes.ts';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <>
      <TopBar />
      <LonePage>
        <h1 className="title">There is nothing at this address.</h1>
        <p className="lede">
          It may have been deleted, or the address may be incomplete. Nothing was changed by opening it.
        </p>
        <div className="acts">
          <ButtonLink href={routes.access()} look="primary">
            Go to Access
          </ButtonLink>
          <ButtonLink href={routes.connections()}>See all connections</ButtonLink>
        </div>
      </LonePage>
    </>
  );
}
