import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import timezone from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import { serverNow } from './clock';

dayjs.extend(utc);
dayjs.extend(timezone);

/* A shop's wall clock, and the hour at which its business day begins. */
export interface Wall { id: number; timezone: string; cut_hour: number }

let walls: Wall[] = [];

/* The shops that the viewer has. Calendars mark the day of the first of them. */
export function wallsSet(shops: Wall[]): void {
  walls = shops;
  if (shops[0]) dayjs.tz.setDefault(shops[0].timezone);
}

export const dayText = (d: Dayjs): string => d.format('YYYY-MM-DD');

/* The business day of a moment in a shop (0, or none that the viewer has: the first one, whose day is that of a report over several). A browser elsewhere has another date. */
export function dayOf(ms: number, shopId = 0): Dayjs {
  const wall = walls.find((w) => w.id === shopId) ?? walls[0];
  if (!wall) return dayjs(dayText(dayjs(ms)));
  const there = dayjs(ms).tz(wall.timezone);
  return dayjs(dayText(there.hour() < wall.cut_hour ? there.subtract(1, 'day') : there));
}

/* The one it is now, by the server's clock. */
export const today = (shopId = 0): Dayjs => dayOf(serverNow(), shopId);
