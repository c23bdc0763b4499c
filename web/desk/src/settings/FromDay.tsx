import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useT } from '../i18n';
import { dayText, today } from '../lib/day';

/* From this day on a rule holds from the beginning. */
const EVER = '1970-01-01';
export const fromText = (day: string, ever: string): string => (day <= EVER ? ever : day);
export const todayText = (): string => dayText(today());

/* From which business day a change of the rules holds, and how many days are counted again by it. */
export function FromDay({ value, onChange, label }: { value?: string; onChange?: (day: string) => void; label?: string }) {
  const t = useT();
  const now = today();
  const day = value ?? dayText(now);
  const presets = [{ label: t.rules.today, value: now }, { label: t.rules.tomorrow, value: now.add(1, 'day') }, { label: t.rules.month, value: now.startOf('month') }, { label: t.rules.nextMonth, value: now.add(1, 'month').startOf('month') },
    { label: t.rules.everLong, value: dayjs(EVER) }];
  const again = now.startOf('day').diff(dayjs(day), 'day');
  return (
    <span className="row wrap gap4">
      <DatePicker value={dayjs(day)} allowClear={false} presets={presets} format={day <= EVER ? () => t.rules.everLong : 'YYYY-MM-DD'} aria-label={label ?? t.rules.from} onChange={(d) => { if (d) onChange?.(dayText(d)); }} />
      {again > 0 && <span className="muted small">{day <= EVER ? t.rules.pastEver : t.rules.past(again)}</span>}
    </span>
  );
}
