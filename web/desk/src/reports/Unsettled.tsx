import { Button } from 'antd';
import dayjs from 'dayjs';
import { useT } from '../i18n';
import { dayText, today } from '../lib/day';
import { useQuery } from '../lib/router';
import type { Asked } from './asked';

/* Up to which day everything is settled, and the way there. */
export function Unsettled({ asked, windows }: { asked: Pick<Asked, 'from' | 'to' | 'shop_id'>; windows: Record<string, number> | undefined }) {
  const t = useT();
  const [, setQuery] = useQuery();
  const days = (windows?.inquiry_days ?? 1) + (windows?.payment_days ?? 1) - 1;
  const last = today(Number(asked.shop_id ?? 0)).subtract(days, 'day');
  const span = dayjs(asked.to).diff(dayjs(asked.from), 'day');
  const from = last.isBefore(dayjs(asked.from)) ? dayText(last.subtract(span, 'day')) : asked.from;
  return <p className="row wrap muted small"><span>{t.sal.funnel.open(days, dayText(last))}</span><Button size="small" className="no-print" onClick={() => setQuery({ from, to: dayText(last) })}>{t.sal.funnel.settled}</Button></p>;
}
