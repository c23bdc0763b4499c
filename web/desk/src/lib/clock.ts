import { useEffect } from 'react';
import { createStore } from './store';

/* The server's time, as the socket's greeting last told it: waiting times agree on every desk. */
let offset = 0;
export const clockSet = (serverNow: number): void => { offset = serverNow - Date.now(); };
export const serverNow = (): number => Date.now() + offset;

const tick = createStore({ now: Date.now() });
let users = 0;
let timer = 0;

/* Re-renders its component each second; one timer for all. */
export function useNow(): number {
  useEffect(() => {
    if (users++ === 0) timer = window.setInterval(() => tick.set({ now: serverNow() }), 1000);
    return () => { if (--users === 0) clearInterval(timer); };
  }, []);
  tick.use((t) => t.now);
  return serverNow();
}
