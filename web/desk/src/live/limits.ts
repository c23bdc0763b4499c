import { api } from '../api/http';
import { createStore } from '../lib/store';
import { liveOn } from './socket';

/* What the organisation has set and every desk keeps to: when a wait turns amber and red, and what a close needs. */
export interface Limits { queue_amber_s: number; queue_red_s: number; reply_amber_s: number; reply_red_s: number; category_needed: boolean; upload_max_mb: number }

export const limitStore = createStore<Limits>({ queue_amber_s: 30, queue_red_s: 100, reply_amber_s: 30, reply_red_s: 180, category_needed: false, upload_max_mb: 20 });

export const limitsRead = (): void => void api.get<Limits>('/settings/desk').then((l) => limitStore.set(l), () => {});
liveOn('setting', limitsRead);

export type WaitKind = 'queue' | 'reply';
export type WaitTone = 'calm' | 'amber' | 'red';

export function waitTone(ms: number, kind: WaitKind): WaitTone {
  const l = limitStore.get();
  const s = ms / 1000;
  return s >= l[`${kind}_red_s`] ? 'red' : s >= l[`${kind}_amber_s`] ? 'amber' : 'calm';
}
