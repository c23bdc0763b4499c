import { Alert, Button, Modal } from 'antd';
import { useState } from 'react';
import { api, apiUrl } from '../api/http';
import type { Rows } from '../api/http';
import { useT } from '../i18n';
import { exactTime } from '../lib/format';
import { useRemote } from '../lib/remote';
import { Link } from '../lib/router';
import { may } from '../live/me';
import { Loaded } from '../ui/parts';
import { sayFailed } from '../ui/say';
import type { ImportOne } from './model';

/* What came of an import: the reconciliation table, what was rejected, and the way back. */
export function Result({ row, set }: { row: ImportOne; set: (row: ImportOne) => void }) {
  const t = useT();
  const [undo, setUndo] = useState(false);
  const c = row.counts;
  const types = c.types ?? [];
  const rejected = types.reduce((n, x) => n + x.rejected, 0) + (c.unmapped ?? 0);
  return (
    <>
      {row.state === 'failed' && <Alert type="error" showIcon title={t.imp.say(row.why)} description={t.imp.failedHelp} />}
      {row.state === 'kept' && <Alert type="warning" showIcon title={row.why} description={t.imp.keptHelp} />}
      {types.length > 0 && (
        <section className="col" aria-label={t.imp.table}>
          <b>{t.imp.table}</b>
          <div className="matrix-box"><table className="import-table" style={{ maxWidth: 760 }}>
            <thead><tr><th scope="col">{t.imp.kind}</th>{[t.imp.read, t.imp.new, t.imp.updated, t.imp.unchanged, t.imp.rejectedShort].map((h) => <th key={h} scope="col" className="right">{h}</th>)}<th scope="col" className="wide-only">{t.imp.span}</th></tr></thead>
            <tbody>{types.map((x) => <tr key={x.type}><th scope="row">{t.imp.types[x.type] ?? x.type}</th>{[x.read, x.new, x.updated, x.unchanged, x.rejected].map((n, i) => <td key={i} className="right num">{n}</td>)}
              <td className="muted small num wide-only">{x.first_at ? `${exactTime(x.first_at)} – ${exactTime(x.last_at)}` : ''}</td></tr>)}</tbody>
          </table></div>
          <div className="muted small row" style={{ flexWrap: 'wrap' }}>
            {!!c.sessions && <span>{t.imp.sessions(c.sessions)}</span>}{!!c.orders_linked && <span>{t.imp.linked(c.orders_linked)}</span>}{!!c.tail && <span>{t.imp.tail(c.tail)}</span>}{!!c.stray && <span>{t.imp.stray(c.stray)}</span>}{!!c.unmapped && <span>{t.imp.unmappedLines(c.unmapped)}</span>}
          </div>
        </section>
      )}
      {rejected > 0 && <Rejected id={row.id} />}
      <div className="import-bar">
        {types.length > 0 && <Button href={apiUrl(`/imports/${row.id}/table`)} download>{t.imp.download}</Button>}
        {row.kind === 'figures' && row.state === 'done' && may('REPORT') && <Link to={`/figures${figureSpan(row)}`}>{t.imp.seeFigures}</Link>}
        <span className="grow" />
        {['done', 'failed', 'kept'].includes(row.state) && (row.state !== 'failed' || row.first_at > 0 || types.some((x) => x.new > 0)) && <Button danger onClick={() => setUndo(true)}>{t.imp.undo}</Button>}
      </div>
      {undo && <Undo row={row} close={() => setUndo(false)} set={set} />}
    </>
  );
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const figureSpan = (row: ImportOne): string => { const x = row.counts.types?.find((c) => c.type === 'figure'); return x?.first_at ? `?from=${day(x.first_at)}&to=${day(x.last_at)}` : ''; };

function Rejected({ id }: { id: number }) {
  const t = useT();
  const list = useRemote(`rejects ${id}`, (signal) => api.get<Rows<{ seq: number; place: string; reason: string }>>(`/imports/${id}/rejects`, { limit: 200 }, signal));
  return (
    <section className="col" aria-label={t.imp.firstRejects}>
      <b>{t.imp.firstRejects}</b>
      <Loaded from={list} rows={2}>{(r) => <div className="import-scroll" style={{ maxHeight: 260 }}><table className="import-table"><thead><tr><th scope="col" style={{ width: 70 }}>{t.imp.line}</th><th scope="col">{t.imp.reason}</th></tr></thead>
        <tbody>{r.rows.map((x) => <tr key={x.seq}><td className="num muted">{x.place}</td><td>{t.imp.say(x.reason)}</td></tr>)}</tbody></table></div>}</Loaded>
    </section>
  );
}

interface UndoLook { possible: boolean; customers: number; added: { type: string; n: number; changed: number }[]; blocks: { type: string; key: string; reason: string; other_id?: number }[] }

/* Says what would go, and what stands against it. */
function Undo({ row, close, set }: { row: ImportOne; close: () => void; set: (row: ImportOne) => void }) {
  const t = useT();
  const look = useRemote(`undo ${row.id}`, (signal) => api.get<UndoLook>(`/imports/${row.id}/undo`, undefined, signal));
  const go = () => api.post<ImportOne>(`/imports/${row.id}/undo`).then((r) => { close(); set(r); }, sayFailed);
  return (
    <Modal open title={t.imp.undoAsk(row.file_name)} onCancel={close} onOk={() => void go()} okText={t.imp.undo} cancelText={t.common.cancel} okButtonProps={{ danger: true, disabled: !look.data?.possible }}>
      <Loaded from={look} rows={3}>{(l) => {
        const changed = l.added.reduce((n, a) => n + Number(a.changed), 0);
        return (
          <div className="col">
            {l.blocks.length > 0 && <><Alert type="error" showIcon title={t.imp.cannotUndo} /><ul style={{ margin: 0, paddingLeft: 18, maxHeight: 240, overflow: 'auto' }}>{l.blocks.slice(0, 20).map((b, i) => (
              <li key={i}>{t.imp.types[b.type] ?? b.type} <b>{b.key}</b>：{t.imp.blockReasons[b.reason] ?? b.reason} {b.reason === 'updated' && b.other_id ? <Link to={`/settings/import/${b.other_id}`}>#{b.other_id}</Link> : null}</li>))}
              {l.blocks.length > 20 && <li>{t.imp.hideBlocks(l.blocks.length - 20)}</li>}</ul></>}
            {l.blocks.length === 0 && <><span>{t.imp.undoWill}</span><ul style={{ margin: 0, paddingLeft: 18 }}>{l.customers > 0 && <li>{t.imp.undoChats(l.customers)}</li>}{l.added.filter((a) => Number(a.n) > 0).map((a) => <li key={a.type}>{t.imp.types[a.type] ?? a.type} {a.n}</li>)}</ul></>}
            {changed > 0 && <span className="muted small">{t.imp.undoStay(changed)}</span>}
          </div>
        );
      }}</Loaded>
    </Modal>
  );
}
