import { useEffect, useRef } from 'react';

/* An input method is composing: the key belongs to it. */
export const composing = (e: { isComposing?: boolean; keyCode?: number; nativeEvent?: { isComposing?: boolean } }): boolean =>
  e.isComposing === true || e.nativeEvent?.isComposing === true || e.keyCode === 229;

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/* "alt+j", "ctrl+k", "?" ... Single characters do nothing while the person types in a field. Ctrl also means Cmd. */
export function keyName(e: KeyboardEvent): string {
  const base = e.altKey && e.code.startsWith('Key') ? e.code.slice(3) : e.altKey && e.code.startsWith('Digit') ? e.code.slice(5) : e.key;
  return (e.ctrlKey || e.metaKey ? 'ctrl+' : '') + (e.altKey ? 'alt+' : '') + base.toLowerCase();
}

export type KeyMap = Record<string, (e: KeyboardEvent) => void>;

export function useKeys(map: KeyMap, on = true): void {
  const ref = useRef(map);
  ref.current = map;
  useEffect(() => {
    if (!on) return;
    const down = (e: KeyboardEvent) => {
      if (composing(e) || e.defaultPrevented) return;
      const name = keyName(e);
      const act = ref.current[name];
      if (!act || (!name.includes('+') && name !== 'escape' && typing(e.target))) return;
      e.preventDefault();
      act(e);
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  }, [on]);
}
