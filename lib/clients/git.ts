import type { CloudEnvironment } from '../model/cloud.ts';
import type { Git } from '../ports.ts';
import { UpstreamError } from '../problems/upstream-error.ts';
import { devopsFailure } from './devops/failure.ts';
import { renamed } from './failure.ts';
import type { Http } from './http.ts';

/**
 * Reads the advertisement of git's smart HTTP protocol and nothing more. Azure Repos speaks version 0 only; receive-pack's
 * advertisement is itself refused to somebody who may not push, so no write is needed to prove that one may.
 */
export function createGit({ http }: { cloud: CloudEnvironment; http: Http }): Git {
  return {
    async listRefs(url, token, access, signal) {
      const operation = access === 'read' ? 'list refs' : 'ask to push';
      const about = { service: 'git', operation, write: false, delegated: false } as const;
      const { listServerRefs } = await import('isomorphic-git');
      try {
        const refs = await listServerRefs({
          url: withoutUser(url),
          forPush: access === 'contribute',
          protocolVersion: 1,
          symrefs: true,
          headers: { Authorization: `Bearer ${token.reveal()}` },
          http: {
            async request({ url: target, method = 'GET', headers = {} }) {
              const reply = await http.send({ ...about, destination: 'devops', url: target, method, headers, signal });
              const failure = devopsFailure(reply, about);
              if (failure) throw failure;
              return {
                url: target,
                method,
                headers: { ...reply.headers },
                body: once(reply.body),
                statusCode: reply.status,
                statusMessage: reply.statusText,
              };
            },
          },
        });
        const head = refs.find(({ ref }) => ref === 'HEAD');
        return {
          refs: refs.filter(({ ref }) => ref.startsWith('refs/')).length,
          defaultBranch: head?.target?.replace(/^refs\/heads\//, ''),
        };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof UpstreamError) throw renamed(error, operation);
        const message = error instanceof Error ? error.message : String(error);
        throw new UpstreamError(
          { service: 'git', operation, kind: 'invalid', code: 'ProtocolError', message },
          { cause: error },
        );
      }
    },
  };
}

/** Remote URLs of Azure Repos carry the organisation as user name, which would turn into a Basic credential. */
function withoutUser(url: string): string {
  const target = new URL(url);
  target.username = '';
  target.password = '';
  return target.href.replace(/\/$/, '');
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
