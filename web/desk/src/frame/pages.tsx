import { BarChartOutlined, CommentOutlined, DashboardOutlined, DiffOutlined, FileTextOutlined, InboxOutlined, SearchOutlined, SettingOutlined, TeamOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { ComponentType, LazyExoticComponent, ReactNode } from 'react';
import type { Me } from '../api/types';

/* The pages of the desk: the rail, the palette and the router all read this list. */
export type PageKey = 'desk' | 'live' | 'reports' | 'phrases' | 'team' | 'settings' | 'search' | 'away' | 'figures';
export interface Page { key: PageKey; path: string; icon: ReactNode; rail: boolean; needs: string[]; view: LazyExoticComponent<ComponentType> }

export const pages: Page[] = [
  { key: 'desk', path: '/desk', icon: <CommentOutlined />, rail: true, needs: ['CHAT', 'CHAT_SEE'], view: lazy(() => import('../desk/DeskPage')) },
  { key: 'away', path: '/away', icon: <InboxOutlined />, rail: false, needs: ['CHAT_SEE'], view: lazy(() => import('../desk/AwayPage')) },
  { key: 'live', path: '/live', icon: <DashboardOutlined />, rail: true, needs: ['BOARD'], view: lazy(() => import('../board/LivePage')) },
  { key: 'reports', path: '/reports', icon: <BarChartOutlined />, rail: true, needs: ['REPORT'], view: lazy(() => import('../reports/ReportsPage')) },
  { key: 'figures', path: '/figures', icon: <DiffOutlined />, rail: false, needs: ['REPORT'], view: lazy(() => import('../imports/FiguresPage')) },
  { key: 'search', path: '/search', icon: <SearchOutlined />, rail: false, needs: ['SEARCH'], view: lazy(() => import('../search/SearchPage')) },
  { key: 'phrases', path: '/phrases', icon: <FileTextOutlined />, rail: true, needs: ['CHAT', 'PHRASE_BASE'], view: lazy(() => import('../phrases/PhrasesPage')) },
  { key: 'team', path: '/team', icon: <TeamOutlined />, rail: true, needs: ['TEAM_SEE', 'TEAM_EDIT'], view: lazy(() => import('../team/TeamPage')) },
  { key: 'settings', path: '/settings', icon: <SettingOutlined />, rail: true, needs: ['SHOP_EDIT', 'SETTING_EDIT', 'AUDIT_SEE', 'IMPORT'], view: lazy(() => import('../settings/SettingsPage')) },
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
  const key = me.role_key?.startsWith('admin') ? 'admin' : me.role_key ?? '';
  const order = orders[key] ?? plain;
  return order.flatMap((k) => pages.filter((p) => p.key === k && p.rail && pageOpenTo(p, me)));
}

export const pageAt = (path: string): Page | undefined => pages.find((p) => path === p.path || path.startsWith(p.path + '/'));
