import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { type ArmContext, connection } from './context.ts';
import { call } from './failure.ts';

const pageSchema = z.object({
  value: z.array(z.object({ actions: z.array(z.string()).default([]), notActions: z.array(z.string()).default([]) })),
  nextLink: z.string().nullish(),
});
const maximumPages = 50;

/**
 * Permissions of the caller on any scope. The SDK's own operations know resource groups and resources only, and put an empty parent
 * path into the URL of a resource; so its pipeline is used with the URL of the scope itself.
 */
export function listPermissions(
  context: ArmContext,
  scope: string,
  signal: AbortSignal,
): Promise<readonly { readonly actions: readonly string[]; readonly notActions: readonly string[] }[]> {
  return call('list permissions', { write: false, signal }, async () => {
    const { credential, options } = connection(context, signal);
    const client = new AuthorizationManagementClient(credential, '', options);
    const path = scope.split('/').map(encodeURIComponent).join('/').replace(/^\/*/, '/');
    let url = `${context.cloud.arm.endpoint.replace(/\/$/, '')}${path}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
    const found: { actions: string[]; notActions: string[] }[] = [];
    for (let page = 0; page < maximumPages; page += 1) {
      const response = await client.sendRequest(createPipelineRequest({ url, abortSignal: signal }));
      if (response.status !== 200)
        throw new RestError('list permissions failed', {
          statusCode: response.status,
          request: response.request,
          response,
        });
      const { value, nextLink } = pageSchema.parse(JSON.parse(response.bodyAsText ?? ''));
      found.push(...value);
      if (!nextLink) break;
      url = nextLink;
    }
    return found;
  });
}
