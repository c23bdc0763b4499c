import { serverNow } from './clock';
import { lang, t } from '../i18n';

/* How people say it. Exact values belong into a title. */
const two = (n: number): string => String(n).padStart(2, '0');
const day = (d: Date): number => Math.floor((d.getTime() - d.getTimezoneOffset() * 60000) / 86400000);

export const clockTime = (ms: number): string => {
  const d = new Date(ms);
  return `${two(d.getHours())}:${two(d.getMinutes())}`;
};

export const dateText = (ms: number): string => {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
};

export const exactTime = (ms: number): string => `${dateText(ms)} ${clockTime(ms)}:${two(new Date(ms).getSeconds())}`;

/* "14:05", "昨天 9:30", "3月4日 14:05", with the year when it is another one. */
export function whenText(ms: number): string {
  const d = new Date(ms);
  const now = new Date(serverNow());
  const ago = day(now) - day(d);
  const time = clockTime(ms);
  if (ago === 0) return time;
  if (ago === 1) return `${t().time.yesterday} ${time}`;
  const date = lang() === 'zh' ? `${d.getMonth() + 1}月${d.getDate()}日` : d.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return d.getFullYear() === now.getFullYear() ? `${date} ${time}` : `${dateText(ms)} ${time}`;
}

/* Short form for a narrow list: time today, else the day. */
export function whenShort(ms: number): string {
  const text = whenText(ms);
  const d = new Date(ms);
  const ago = day(new Date(serverNow())) - day(d);
  if (ago === 0) return text;
  if (ago === 1) return t().time.yesterday;
  return lang() === 'zh' ? `${d.getMonth() + 1}-${d.getDate()}` : d.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
}

/* A running wait: 0:07, 12:30, 1:02:03. */
export function ticking(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor((s % 3600) / 60);
  if (h >= 100) return t().time.days(Math.floor(h / 24));
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/* A measured length: 8.4 s, 1 min 20 s, 2 h 05 min. */
export function lengthText(ms: number): string {
  const u = t().time;
  const s = ms / 1000;
  if (s < 60) return `${s < 10 && ms % 1000 ? s.toFixed(1) : Math.round(s)} ${u.s}`;
  const whole = Math.round(s);
  if (whole < 3600) return `${Math.floor(whole / 60)} ${u.min} ${two(whole % 60)} ${u.s}`;
  return `${Math.floor(whole / 3600)} ${u.h} ${two(Math.floor((whole % 3600) / 60))} ${u.min}`;
}

export function money(minor: number, currency = 'CNY'): string {
  try {
    return new Intl.NumberFormat(lang() === 'zh' ? 'zh-CN' : 'en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(minor / 100);
  } catch {
    return `${(minor / 100).toFixed(2)} ${currency}`;
  }
}

export const count = (n: number): string => new Intl.NumberFormat(lang() === 'zh' ? 'zh-CN' : 'en', { maximumFractionDigits: 1 }).format(n);
export const percent = (part: number): string => `${(part * 100).toFixed(part === 0 || part === 1 ? 0 : 1)}%`;

export function bytes(n: number): string {
  if (n < 1024) return `${n} B`;
  if (n < 1024 * 1024) return `${(n / 1024).toFixed(0)} KB`;
  return `${(n / 1024 / 1024).toFixed(1)} MB`;
}
