import type { Link } from '../../lib/model/chain.ts';

type Small = Pick<Link, 'kind' | 'configured' | 'verified'>;
const step = 12;

function Shape({ link, x, behind }: { readonly link: Small; readonly x: number; readonly behind: boolean }) {
  const { status } = link.verified;
  if (status === 'broken') return <path className="broken" d={`M${x + 2} 4l5.5 6m0-6l-5.5 6`} />;
  if (status === 'works') return <rect className="proved" x={x} y="3.5" width="9.5" height="7" rx="3.5" />;
  if (status === 'attention' || status === 'waiting')
    return <rect className={status} x={x + 0.75} y="4" width="8" height="6" rx="3" />;
  if (!behind && link.configured.status === 'works')
    return <rect className="configured" x={x + 0.75} y="4" width="8" height="6" rx="3" />;
  return <circle className="untested" cx={x + 4.75} cy="7" r="1.25" />;
}

/** The chain as a row of small links: pill = proved, ring = configured only, cross = broken, dot = not tested. */
export function MiniChain({ links }: { readonly links: readonly Small[] }) {
  const broken = links.findIndex(({ verified }) => verified.status === 'broken');
  const proved = links.filter(({ verified }) => verified.status === 'works').length;
  const label = `${proved} of ${links.length} links proved${broken >= 0 ? `, broken at ${links[broken]?.kind.toLowerCase() ?? ''}` : ''}`;
  const width = Math.max(1, links.length * step - 2);
  return (
    <svg className="mini-chain" viewBox={`0 0 ${width} 14`} width={width} height="14" role="img" aria-label={label}>
      <title>{label}</title>
      {links.map((link, index) => (
        <Shape key={link.kind} link={link} x={index * step} behind={broken >= 0 && index > broken} />
      ))}
    </svg>
  );
}
