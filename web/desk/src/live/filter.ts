import { createStore } from '../lib/store';
import { prefRead, prefWrite } from '../lib/prefs';

/* The shop filter of the top bar; 0: all shops. */
export const shopStore = createStore<{ shopId: number }>({ shopId: prefRead('shop', 0) });
export const useShopId = (): number => shopStore.use((s) => s.shopId);
export function shopChoose(shopId: number): void {
  prefWrite('shop', shopId || null);
  shopStore.set({ shopId });
}
