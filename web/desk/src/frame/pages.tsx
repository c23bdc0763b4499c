import { BarChartOutlined, CommentOutlined, DashboardOutlined, FileTextOutlined, SettingOutlined, TeamOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { ComponentType, LazyExoticComponent, ReactNode } from 'react';
import type { Me } from '../api/types';

/* The pages of the desk: the rail, the palette and the router all read this list. */
export type PageKey = 'desk' | 'live' | 'reports' | 'phrases' | 'team' | 'settings' | 'search' | 'away';
export interface Page { key: PageKey; path: string; icon: ReactNode; rail: boolean; needs: string[]; view: LazyExoticComponent<ComponentType> }

export const pages: Page[] = [
  { key: 'desk', path: '/desk', icon: <CommentOutlined />, rail: true, needs: ['CHAT', 'CHAT_SEE'], view: lazy(() => import('../desk/DeskPage')) },
];

const orders: Record<string, PageKey[]> = {
  lead: ['live', 'desk', 'reports', 'phrases', 'team', 'settings'],
  supervisor: ['live', 'reports', 'desk', 'phrases', 'team', 'settings'],
  manager: ['reports', 'live', 'team', 'settings', 'desk', 'phrases'],
  client: ['reports', 'live', 'desk', 'phrases', 'team', 'settings'],
  admin: ['settings', 'team', 'live', 'reports', 'desk', 'phrases'],
};
const plain: PageKey[] = ['desk', 'live', 'reports', 'phrases', 'team', 'settings'];

export const pageOpenTo = (page: Page, me: Me): boolean => page.needs.length === 0 || page.needs.some((p) => me.permissions.includes(p));

/* What this person's rail holds, in the order of use; the first one is where they land. */
export function railOf(me: Me): Page[] {
  const key = me.role_key.startsWith('admin') ? 'admin' : me.role_key;
  const order = orders[key] ?? plain;
  return order.flatMap((k) => pages.filter((p) => p.key === k && p.rail && pageOpenTo(p, me)));
}

export const pageAt = (path: string): Page | undefined => pages.find((p) => path === p.path || path.startsWith(p.path + '/'));

export { BarChartOutlined, DashboardOutlined, FileTextOutlined, SettingOutlined, TeamOutlined };
