import { Drawer as AntDrawer } from 'antd';
import type { DrawerProps } from 'antd';
import { useEffect, useRef } from 'react';
import { composing } from '../lib/keys';

/* Those that are open, the topmost last. */
const open: symbol[] = [];
/* What Escape closes before a drawer; what fades away already is closed. */
const over = ['.ant-select-dropdown', '.ant-dropdown', '.ant-picker-dropdown', '.ant-cascader-dropdown', '.ant-popover', '.ant-modal-wrap'].join();
const isOpen = (e: Element): boolean => e.getClientRects().length > 0 && !/-(hidden|leave)\b/.test(e.className);

/*
 * Ant's drawer, whose Escape is ours: Ant's goes to whatever came last, and a list in the drawer that was closed a moment ago takes it while it fades.
 * What is over the drawer is looked for before anybody else hears of the key.
 */
export function Drawer({ onClose, ...props }: Omit<DrawerProps, 'onClose'> & { onClose: () => void }) {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (!props.open) return;
    const me = Symbol('drawer');
    let mine = false;
    const before = (e: KeyboardEvent) => { mine = e.key === 'Escape' && !composing(e) && open.at(-1) === me && ![...document.querySelectorAll(over)].some(isOpen); };
    const then = (e: KeyboardEvent) => { if (mine && e.key === 'Escape') close.current(); };
    open.push(me);
    window.addEventListener('keydown', before, true);
    window.addEventListener('keydown', then);
    return () => {
      open.splice(open.indexOf(me), 1);
      window.removeEventListener('keydown', before, true);
      window.removeEventListener('keydown', then);
    };
  }, [props.open]);
  return <AntDrawer {...props} keyboard={false} onClose={onClose} />;
}
