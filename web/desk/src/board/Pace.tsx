import { Tooltip } from 'antd';
import { api } from '../api/http';
import type { Board, Pace, PaceRow } from '../api/types';
import { useLang, useT } from '../i18n';
import { clockTime, count, dateText, lengthText, percent } from '../lib/format';
import { useRemote } from '../lib/remote';
import { Link, queryText } from '../lib/router';
import { may } from '../live/me';
import { valueText } from '../reports/asked';

const EVERY_MS = 10_000;

/* Today so far, each figure beside what it was at this time of day a week ago. */
export function Today({ board }: { board: Board }) {
  const t = useT();
  const lang = useLang();
  const pace = useRemote(`pace ${Math.floor(board.at / EVERY_MS)}`, (signal) => api.get<Pace>('/board/pace', undefined, signal));
  const d = board.today;
  const day = pace.data?.day ?? dateText(board.at);
  const report = may('REPORT') ? '/reports/service' + queryText({ from: day, to: day, by: 'agent' }) : '/live';
  const length = (ms: number | null) => (ms === null ? '-' : lengthText(ms));
  const part = (x: number | null) => (x === null ? '-' : percent(x));
  const plain: [string, string, string?][] = [[t.live.received, count(d.received)], [t.live.unanswered, count(d.unanswered), d.unanswered ? 'red' : ''], [t.live.firstReply, length(d.first_reply_ms)], [t.live.avgReply, length(d.avg_reply_ms)], [t.live.within30, part(d.within_30s)], [t.live.within180, part(d.within_180s)]];
  return (
    <section className="col gap4" aria-label={t.live.today}>
      <div className="figures">
        <Link to="/desk" className="figure"><span className="muted small">{t.live.waiting}</span><span className={`figure-value ${d.waiting ? 'amber' : ''}`}>{count(d.waiting)}</span><span className="change">{t.watch.rightNow}</span></Link>
        {pace.data ? pace.data.rows.map((row) => (
          <Tooltip key={row.key} title={lang === 'zh' ? row.definition_zh : row.definition_en}>
            <Link to={report} className="figure"><span className="muted small">{lang === 'zh' ? row.name_zh : row.name_en}</span><span className="figure-value">{valueText(row.now, row.unit)}</span><Beside row={row} /></Link>
          </Tooltip>
        )) : plain.map(([name, value, tone]) => <Link key={name} to={report} className="figure"><span className="muted small">{name}</span><span className={`figure-value ${tone ?? ''}`}>{value}</span></Link>)}
      </div>
      {pace.data && <span className="muted small num">{t.watch.besides(pace.data.last_day, clockTime(pace.data.at))}</span>}
    </section>
  );
}

/* Up or down, by how much, and which of the two is good. Rates differ by points, all else by parts. */
function Beside({ row }: { row: PaceRow }) {
  const t = useT();
  const then = row.last_week;
  const was = t.watch.lastWeek(valueText(then, row.unit));
  if (row.now === null || then === null || (then === 0 && row.unit !== 'ratio')) return <span className="change cut" title={was}>{was}</span>;
  const by = row.unit === 'ratio' ? row.now - then : (row.now - then) / then;
  const same = Math.abs(by) < 0.005;
  const tone = same || row.direction === 'none' ? '' : (by > 0) === (row.direction === 'up') ? 'green' : 'red';
  const amount = row.unit === 'ratio' ? t.watch.points((Math.abs(by) * 100).toFixed(1)) : Math.abs(by) < 10 ? percent(Math.abs(by)) : t.watch.manyTimes;
  return <span className="change cut" title={was}><span className={tone}>{same ? t.watch.same : `${by > 0 ? '▲' : '▼'} ${amount}`}</span> {was}</span>;
}
