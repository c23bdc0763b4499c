import { FileOutlined } from '@ant-design/icons';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { apiUrl } from '../api/http';
import type { Card, EventData, FileData, Message } from '../api/types';
import { useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { bytes, exactTime, money } from '../lib/format';
import { outboxDrop, outboxRetry } from '../live/outbox';
import type { Outgoing } from '../live/outbox';
import { When } from '../ui/parts';

const fileUrl = (id: number): string => apiUrl(`/files/${id}`);

export function Bubble({ message: m, target }: { message: Message; target?: boolean }) {
  const media = m.kind === 'image';
  return <div className={`bubble${media ? ' media' : ''}${target ? ' target' : ''}`} title={exactTime(m.at)}><Content kind={m.kind} text={m.text} data={m.data as FileData | Card | null} /></div>;
}

/* A line of mine that the server has not stored yet. */
export function OutgoingBubble({ line }: { line: Outgoing }) {
  const t = useT();
  const failed = line.state === 'failed';
  return (
    <div className="group own">
      <div className={`bubble${line.kind === 'image' ? ' media' : ''}${failed ? ' failed' : ''}`}><Content kind={line.kind} text={line.text} data={line.data} /></div>
      <div className={failed ? 'msg-mark failed' : 'msg-mark'} role={failed ? 'alert' : undefined}>
        {failed ? <>{t.desk.mark.failed}{t.common.colon}{line.error}<Button size="small" type="link" onClick={() => outboxRetry(line.client_id)}>{t.desk.resend}</Button>
          <Button size="small" type="link" onClick={() => outboxDrop(line.client_id)}>{t.desk.dropLine}</Button></> : t.desk.mark.waiting}
      </div>
    </div>
  );
}

function Content({ kind, text, data }: { kind: string; text: string; data: FileData | Card | null }) {
  if (kind === 'image' && data && 'file_id' in data) return <Picture file={data} />;
  if (kind === 'file' && data && 'file_id' in data) return <FileLine file={data} />;
  if (kind === 'card' && data && 'card' in data) return <CardBox card={data} />;
  return <Linked text={text} />;
}

/* Addresses in a text become links that open apart, without telling where they came from. */
export function Linked({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"'，。；、）】]+)/g);
  return <>{parts.map((part, i) => (i % 2 ? <a key={i} href={part} target="_blank" rel="noopener noreferrer">{part}</a> : part))}</>;
}

function Picture({ file }: { file: FileData }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [gone, setGone] = useState(false);
  if (gone) return <FileLine file={file} />;
  const scale = file.width && file.height ? Math.min(1, 240 / file.width, 240 / file.height) : 0;
  const size = scale ? { width: Math.round(file.width! * scale), height: Math.round(file.height! * scale) } : {};
  return (
    <>
      <button className="bare" onClick={() => setOpen(true)} aria-label={`${t.desk.openImage}: ${file.name}`}><img src={fileUrl(file.file_id)} alt={file.name} {...size} onError={() => setGone(true)} /></button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={<a href={fileUrl(file.file_id)} download={file.name}>{t.desk.download}</a>} title={file.name} width="min(1000px, 94vw)" centered destroyOnHidden>
        <img src={fileUrl(file.file_id)} alt={file.name} style={{ display: 'block', maxWidth: '100%', maxHeight: '72vh', margin: '0 auto' }} />
      </Modal>
    </>
  );
}

function FileLine({ file }: { file: FileData }) {
  return <a className="file-line" href={fileUrl(file.file_id)} download={file.name}><FileOutlined /><span><span className="pre">{file.name}</span><br /><span className="small muted">{bytes(file.size)}</span></span></a>;
}

export function CardBox({ card }: { card: Card }) {
  const t = useT();
  if (card.card === 'product')
    return <div className="msg-card"><div className="small">{t.desk.knowledge.products} · {card.sku}</div><b>{card.title}</b><div className="num accent">{money(card.price, card.currency)}</div></div>;
  return (
    <div className="msg-card">
      <div className="small">{t.desk.side.orders} · {card.key}</div>
      {card.title && <b>{card.title}</b>}
      <div className="row"><span className="num accent">{money(card.amount, card.currency)}</span>{card.status && <span className="small">{t.desk.orders.status[card.status] ?? card.status}</span>}{card.at ? <span className="small push"><When at={card.at} short /></span> : null}</div>
    </div>
  );
}

export function eventText(m: Message, t: Catalogue): string {
  const d = (m.data ?? {}) as EventData;
  const e = t.desk.events;
  const name = d.person_name ?? m.person_name ?? d.to_name ?? '';
  switch (d.event) {
    case 'queued': return e.queued;
    case 'assigned': return e.assigned(name);
    case 'taken': return e.taken(name);
    case 'offered': return e.offered(name);
    case 'accepted': return e.accepted(name);
    case 'declined': return e.declined(name);
    case 'expired': return e.expired;
    case 'requeued': return e.requeued;
    case 'opened': return e.opened;
    case 'returned': return e.returned;
    case 'transferred': return e.transferred(d.from_name ?? '', d.to_name ?? m.person_name ?? '') + (d.note ? t.common.colon + d.note : '');
    case 'closed': return e.closed(name);
    case 'reopened': return e.reopened;
    case 'invited': return e.invited;
    case 'rated': return e.rated(d.score ?? 0) + (d.comment ? `${t.common.colon}“${d.comment}”` : '');
    case 'away': return e.away;
    default: return e.other(m.text || String(d.event ?? ''));
  }
}

export function SystemLine({ message: m }: { message: Message }) {
  const t = useT();
  return <div className="msg-system" title={exactTime(m.at)}>{m.kind === 'event' ? eventText(m, t) : m.text} · <When at={m.at} /></div>;
}
