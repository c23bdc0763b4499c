import { useCallback, useState } from 'react';

/* What one browser remembers. A full or forbidden localStorage loses the memory, never the work. */
export function prefRead<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem('antball.' + name);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

/* Returns false when the browser would not keep it. */
export function prefWrite(name: string, value: unknown): boolean {
  try {
    if (value === undefined || value === null || value === '') localStorage.removeItem('antball.' + name);
    else localStorage.setItem('antball.' + name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function prefNames(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((k) => k.startsWith('antball.' + prefix)).map((k) => k.slice('antball.'.length));
  } catch {
    return [];
  }
}

export function usePref<T>(name: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => prefRead(name, fallback));
  const set = useCallback((next: T) => { setValue(next); prefWrite(name, next); }, [name]);
  return [value, set];
}
