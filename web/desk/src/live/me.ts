import { api, httpSetup, Refusal } from '../api/http';
import type { AgentState, Me } from '../api/types';
import { langSet } from '../i18n';
import { serverNow } from '../lib/clock';
import { wallsSet } from '../lib/day';
import { createStore } from '../lib/store';

/* Who sits here. 'unknown' until the first answer; 'lost' when the server did not answer at all. */
export type Standing = 'unknown' | 'lost' | 'setup' | 'out' | 'in';
export const meStore = createStore<{ standing: Standing; me: Me | null; ended: boolean; house: string }>({ standing: 'unknown', me: null, ended: false, house: '' });

export const useMe = (): Me => meStore.use((s) => s.me) as Me;
export const may = (permission: string, me: Me | null = meStore.get().me): boolean => me?.permissions.includes(permission) ?? false;
export const useMay = (permission: string): boolean => meStore.use((s) => may(permission, s.me));

export function meSet(me: Me): void {
  httpSetup({ csrf: me.csrf });
  langSet(me.lang);
  wallsSet(me.shops);
  meStore.set({ me, standing: 'in', ended: false });
}

export function signedOut(): void {
  const { standing } = meStore.get();
  if (standing === 'out' || standing === 'setup' || standing === 'unknown') return;
  httpSetup({ csrf: '' });
  meStore.set({ standing: 'out', me: null, ended: true });
}
httpSetup({ signedOut });

export async function meRead(): Promise<void> {
  try {
    meSet(await api.get<Me>('/me'));
  } catch (e) {
    if (e instanceof Refusal && e.status === 401) {
      const setup = await api.get<{ needed: boolean; business_name: string }>('/setup').catch(() => ({ needed: false, business_name: '' }));
      meStore.set({ standing: setup.needed ? 'setup' : 'out', me: null, house: setup.business_name });
    } else if (meStore.get().standing === 'unknown') {
      meStore.set({ standing: 'lost' });
    }
  }
}

export async function stateSet(state: AgentState, reason = ''): Promise<void> {
  await api.post('/me/state', { state, reason });
  const { me } = meStore.get();
  if (me) meStore.set({ me: { ...me, state, state_reason: reason, state_at: serverNow() as number } });
}

export async function signOut(): Promise<void> {
  await api.post('/logout').catch(() => {});
  httpSetup({ csrf: '' });
  meStore.set({ standing: 'out', me: null, ended: false });
}

