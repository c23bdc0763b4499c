import { createStore } from '../lib/store';
import { prefRead, prefWrite } from '../lib/prefs';
import { httpSetup } from '../api/http';
import type { Lang } from '../api/types';
import { zh } from './zh';
import { en } from './en';

export type Catalogue = typeof zh;

const catalogues: Record<Lang, Catalogue> = { zh, en };
const current = createStore<{ lang: Lang }>({ lang: prefRead<Lang>('lang', 'zh') === 'en' ? 'en' : 'zh' });

export const lang = (): Lang => current.get().lang;
export const t = (): Catalogue => catalogues[current.get().lang];
export const useT = (): Catalogue => catalogues[current.use((s) => s.lang)];
export const useLang = (): Lang => current.use((s) => s.lang);

export function langSet(next: Lang): void {
  prefWrite('lang', next);
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  httpSetup({ lang: next, unreachable: catalogues[next].common.offline });
  current.set({ lang: next });
}
langSet(current.get().lang);
