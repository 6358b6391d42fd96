import { pageStyle } from '../entra/page-style.ts';
import { escapeHtml as text } from '../entra/pages.ts';
import { scenarios } from '../scenarios/index.ts';
import type { EmulatorResponse } from './service.ts';
import type { World } from './world.ts';

const style = `
body{display:block}main{width:min(60rem,100%);margin:0 auto}h2{font-size:1rem;margin:2rem 0 .5rem}
table{width:100%;border-collapse:collapse;font-size:13px}th{text-align:left;font-weight:600;color:var(--quiet)}th,td{padding:.35rem .5rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.scenario{display:flex;gap:1rem;align-items:center;justify-content:space-between;border-bottom:1px solid var(--line);padding:.6rem 0}
.said{margin-top:1rem;border-left:3px solid var(--accent);padding-left:.75rem}footer{width:min(60rem,100%);margin:1rem auto}
`;

/** The page at `/_emulator/`: who lives here, what can be broken, what was written. */
export function controlPage(world: World, said: string): EmulatorResponse {
  const rows = (values: readonly (readonly string[])[]) =>
    values.map((cells) => `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`).join('\n');
  const people = world.directory.tenants.flatMap(({ users, name }) =>
    users.map((user) => [user.name, user.upn, user.roles.join(', ') || 'no role', name]),
  );
  const ledger = world.ledger
    .entries()
    .slice(-50)
    .reverse()
    .map(({ seq, at, service, operation, target }) => [String(seq), at.slice(11, 19), service, operation, target]);
  const breakages = scenarios
    .map(
      ({ name, title, about }) => `<form class="scenario" method="post" action="/_emulator/scenarios/${text(name)}">
<span><span class="name">${text(title)}</span><br><span class="note">${text(about)}</span></span>
<button type="submit" class="plain" aria-label="Break it: ${text(title)}">Break it</button>
</form>`,
    )
    .join('\n');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'",
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The simulated world</title>
<link rel="icon" href="data:,">
<style>${pageStyle}${style}</style>
</head>
<body>
<main>
<h1>The simulated world</h1>
<p class="lead">Entra ID, Azure, Azure DevOps and ${world.kubernetes.size} clusters, all in this process.</p>
${said ? `<p class="said" role="status">${text(said)}</p>` : ''}
<h2>Break it</h2>
${breakages || '<p class="small">No scenario is registered.</p>'}
<form class="scenario" method="post" action="/_emulator/reset">
<span><span class="name">Start over</span><br><span class="note">Puts the whole world back as it was at the start.</span></span>
<button type="submit" class="plain">Start over</button>
</form>
<h2>People</h2>
<table><thead><tr><th>Name</th><th>Sign-in</th><th>Role</th><th>Tenant</th></tr></thead><tbody>
${rows(people)}
</tbody></table>
<h2>Ledger</h2>
<p class="small">Every write that a service accepted, newest first.</p>
<table><thead><tr><th>#</th><th>Time</th><th>Service</th><th>Operation</th><th>Target</th></tr></thead><tbody>
${rows(ledger) || '<tr><td colspan="5">Nothing was written so far.</td></tr>'}
</tbody></table>
</main>
<footer>For demos and tests only. The application under test knows nothing of this page.</footer>
</body>
</html>`,
  };
}
