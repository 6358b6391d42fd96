import type { EmulatorResponse } from '../core/service.ts';
import type { User } from '../core/world.ts';
import { pageStyle } from './page-style.ts';
import type { Resource } from './resources.ts';

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(status: number, title: string, body: string): EmulatorResponse {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store, no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<main>
${body}
</main>
<footer>Simulated Microsoft Entra ID for demos and tests. Nothing here reaches Microsoft.</footer>
</body>
</html>`,
  };
}

export function pickerPage(options: {
  action: string;
  context: string;
  application: string;
  tenant: string;
  people: readonly User[];
  suggested?: string;
}): EmulatorResponse {
  const people = options.people
    .map(
      ({ oid, name, upn, note, roles }) => `<li>
<button type="submit" name="oid" value="${escapeHtml(oid)}"${upn === options.suggested ? ' autofocus' : ''}>
<span class="avatar" aria-hidden="true">${escapeHtml(initials(name))}</span>
<span class="person">
<span class="name">${escapeHtml(name)}</span>
<span class="upn">${escapeHtml(upn)}</span>
<span class="note">${escapeHtml(note)}</span>
</span>
<span class="role">${escapeHtml(roles.join(', ') || 'No role')}</span>
</button>
</li>`,
    )
    .join('\n');
  return page(
    200,
    `Sign in to ${options.application}`,
    `<p class="tenant">${escapeHtml(options.tenant)}</p>
<h1>Pick an account</h1>
<p class="lead">to continue to ${escapeHtml(options.application)}</p>
<form method="post" action="${escapeHtml(options.action)}">
<input type="hidden" name="ctx" value="${escapeHtml(options.context)}">
<ul>
${people}
</ul>
</form>`,
  );
}

export function consentPage(options: {
  action: string;
  context: string;
  application: string;
  upn: string;
  resources: readonly Resource[];
}): EmulatorResponse {
  const list = options.resources
    .map(
      ({ name, consent }) =>
        `<li class="permission"><span class="name">${escapeHtml(consent)}</span><span class="upn">${escapeHtml(name)}</span></li>`,
    )
    .join('\n');
  return page(
    200,
    `Permissions requested by ${options.application}`,
    `<p class="tenant">${escapeHtml(options.upn)}</p>
<h1>Permissions requested</h1>
<p class="lead">${escapeHtml(options.application)} would like to:</p>
<ul>
${list}
</ul>
<p class="small">It can do no more than you can do yourself. Every call carries your own token.</p>
<form method="post" action="${escapeHtml(options.action)}" class="decide">
<input type="hidden" name="ctx" value="${escapeHtml(options.context)}">
<button type="submit" name="decision" value="cancel" class="plain">Cancel</button>
<button type="submit" name="decision" value="accept" class="primary">Accept</button>
</form>`,
  );
}

export function errorPage(status: number, description: string): EmulatorResponse {
  return page(
    status,
    'Sign in to your account',
    `<h1>Sorry, but we’re having trouble signing you in.</h1>
<p class="error" role="alert">${escapeHtml(description)}</p>`,
  );
}

export function signedOutPage(): EmulatorResponse {
  return page(
    200,
    'Signed out',
    '<h1>You signed out of your account</h1>\n<p class="lead">You may close this window.</p>',
  );
}

const initials = (name: string) =>
  name
    .split(' ')
    .map((part) => part.charAt(0))
    .join('')
    .slice(0, 2);
