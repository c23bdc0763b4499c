import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Link, usePath } from '../lib/router';

export interface Tab { key: string; title: string; needs?: boolean; view: ReactNode }

/* Pages beside each other under one address: /settings/shops, /settings/tags ... The first open one answers for the bare address. */
export function SubNav({ base, title, tabs }: { base: string; title: string; tabs: Tab[] }) {
  const path = usePath();
  const open = tabs.filter((tab) => tab.needs !== false);
  const key = path.slice(base.length + 1).split('/')[0];
  const now = open.find((tab) => tab.key === key) ?? open[0];
  const bar = useRef<HTMLElement>(null);
  useEffect(() => { void bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }); }, [now?.key]);
  return (
    <div className="page">
      <div className="page-head"><h1>{title}</h1></div>
      <nav ref={bar} className="subnav" aria-label={title}>{open.map((tab) => <Link key={tab.key} to={`${base}/${tab.key}`} aria-current={tab === now ? 'page' : undefined}>{tab.title}</Link>)}</nav>
      {now?.view}
    </div>
  );
}
