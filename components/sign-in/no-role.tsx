import { EyeOff, LogOut } from 'lucide-react';
import { routes } from '../../lib/routes.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Facts } from '../ui/facts.tsx';

export interface NoRoleProps {
  readonly userName: string;
  readonly application: string;
  readonly clientId: string;
  /** Text for whoever assigns roles. */
  readonly request: string;
}

/** Signed in, but nobody has given this person a role: what is missing, where, and a request that says it all. */
export function NoRole({ userName, application, clientId, request }: NoRoleProps) {
  return (
    <>
      <EyeOff className="icon" aria-hidden />
      <h1 className="title mt-3">You are signed in, but you have no role here.</h1>
      <p className="lede">
        Somebody who manages the enterprise application {application} in Entra ID has to assign you one. Then sign in
        again.
      </p>
      <div className="mt-4">
        <Facts
          rows={[
            ['You', userName],
            ['Application', application],
            ['Client id', <code key="id">{clientId}</code>],
            ['Operator', 'sets up connections, applies plans, runs checks'],
            ['Auditor', 'sees everything, changes nothing'],
            ['Viewer', 'sees which connections work'],
          ]}
        />
      </div>
      <div className="acts">
        <CopyButton text={request} look="primary">
          Copy request
        </CopyButton>
        <form method="post" action={routes.signOut()}>
          <Button type="submit" icon={LogOut}>
            Sign out
          </Button>
        </form>
      </div>
      <div className="mt-4">
        <Disclosure summary="The request as it is copied">
          <p className="request anywhere whitespace-pre-wrap">{request}</p>
        </Disclosure>
      </div>
    </>
  );
}
