import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { createStore } from './store';

/* Addresses name everything: a page, a session, a filter. */
interface Place { path: string; query: string; hash: string }

const here = (): Place => ({ path: location.pathname, query: location.search, hash: location.hash });
const place = createStore<Place>(here());

window.addEventListener('popstate', () => place.set(here()));

export function navigate(to: string, replace = false): void {
  if (to === location.pathname + location.search + location.hash) return;
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  place.set(here());
}

export const usePath = (): string => place.use((p) => p.path);
export const useHash = (): string => place.use((p) => p.hash);

type Query = Record<string, string | undefined>;

export function useQuery(): [Query, (patch: Query) => void] {
  const search = place.use((p) => p.query);
  const query: Query = Object.fromEntries(new URLSearchParams(search));
  return [query, (patch) => navigate(place.get().path + queryText({ ...query, ...patch }), true)];
}

export function queryText(query: Record<string, string | number | boolean | undefined | null>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text ? '?' + text : '';
}

/* A plain click stays in the page; Ctrl, Shift and middle click do what the browser does. */
export function Link({ to, onClick, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const click = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e);
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={click} {...rest} />;
}
