import { useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { Ref, TextareaHTMLAttributes } from 'react';

/* A text field that grows with its text. antd's own measures with a style attribute, which our content security policy forbids. */
interface Props extends TextareaHTMLAttributes<HTMLTextAreaElement> { value: string; min: number; max: number; area?: Ref<HTMLTextAreaElement> }

export function GrowArea({ value, min, max, area, className, ...rest }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(area, () => field.current!, []);
  useLayoutEffect(() => {
    const el = field.current;
    if (!el) return;
    const line = 22;
    el.style.height = 'auto';
    el.style.height = `${Math.min(Math.max(el.scrollHeight, min * line + 16), max * line + 16)}px`;
  }, [value, min, max]);
  return <textarea ref={field} rows={min} className={`grow-area ${className ?? ''}`} value={value} {...rest} />;
}
