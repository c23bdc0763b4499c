import { isImage } from './api';
import { blobGet } from './blobs';
import type { Chat } from './chat';
import { button, fill, h, icon, paths } from './dom';
import type { Card, Message } from './types';
import { bytes, clock, exact, moment, money, say, Word } from './words';

/** One line of the log, from the centre or still on its way there. */
export interface Line {
  key: string;
  at: number;
  sender: Message['sender'];
  person: string;
  head: boolean; // first of its sender and minute
  pause: boolean; // nothing was said for a while before it
  kind: Message['kind'];
  text: string;
  data: NonNullable<Message['data']>;
  failed: boolean;
  settled: boolean; // the centre has it
  state: string; // word below an own message; empty: none
  part?: number; // of an upload
}

interface Shown {
  node: HTMLElement;
  said: string;
  stateBox: HTMLElement | null;
  state: string;
}

const LINK = /https?:\/\/[^\s<>"'“”‘’，。；、）】》]+/g;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F]?){1,3}$/u;

function linked(text: string): (Node | string)[] {
  const out: (Node | string)[] = [];
  let from = 0;
  for (const m of text.matchAll(LINK)) {
    const url = m[0].replace(/[.,;:!?)\]]+$/, '');
    out.push(text.slice(from, m.index), h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, url));
    from = m.index + url.length;
  }
  out.push(text.slice(from));
  return out;
}

function link(url: string | undefined): string | null {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

/** Keeps the elements of lines that were drawn, so that nothing is drawn or announced twice. */
export class Rows {
  private shown = new Map<string, Shown>();

  constructor(private chat: Chat, private view: (url: string, name: string) => void, private grown: () => void) {}

  draw(lines: Line[]): HTMLElement[] {
    const before = this.shown;
    this.shown = new Map();
    return lines.map((line) => {
      // An own line stays the same element when it is acknowledged, but for a file, which then can be fetched.
      const said = JSON.stringify([line.head, line.pause && moment(line.at), line.person, line.kind, line.sender !== 'customer' ? line.data : line.kind === 'file' && line.data.file_id]);
      let s = before.get(line.key);
      if (!s || s.said !== said)
        s = this.make(line, said);
      this.mark(s, line);
      this.shown.set(line.key, s);
      return s.node;
    });
  }

  private make(line: Line, said: string): Shown {
    const time = line.pause && h('div', { class: 'sys' }, moment(line.at));
    if (line.kind === 'event' || line.sender === 'system')
      return { node: h('div', { class: 'sys', title: exact(line.at) }, time, eventText(line)), said, stateBox: null, state: '' };
    const mine = line.sender === 'customer';
    const name = mine ? say('me') : line.person;
    const stateBox = mine ? h('div', { class: 'st', 'aria-live': 'off' }) : null;
    const node = h('div', { class: `row${mine ? ' mine' : ''}${line.head ? ' head' : ''}`, title: line.at ? exact(line.at) : null }, time,
      !mine && line.head ? h('div', { class: 'name' }, line.at ? `${name} · ${clock(line.at)}` : name) : h('span', { class: 'vh' }, `${name}: `),
      this.body(line), stateBox);
    return { node, said, stateBox, state: '\n' };
  }

  private body(line: Line): HTMLElement {
    const { kind, text, data } = line;
    if (kind === 'image')
      return this.picture(line);
    if (kind === 'file')
      return this.document(line);
    if (kind === 'card')
      return this.card(data as Card);
    return h('div', { class: ONLY_EMOJI.test(text) ? 'bub emo' : 'bub' }, ...linked(text));
  }

  private picture(line: Line): HTMLElement {
    const name = line.data.name || say('photo');
    const box = h('div', { class: 'bub pic' });
    const place = h('div', { class: 'ph' }, say('photo'));
    box.append(place);
    this.url(line).then(
      (url) => {
        const img = h('img', { src: url, alt: name, onload: this.grown });
        place.replaceWith(button(say('open_image', name), '', () => this.view(url, name), img));
      },
      () => (place.textContent = say('noFile')),
    );
    return box;
  }

  private async url(line: Line): Promise<string> {
    const blob = await blobGet(line.key);
    if (blob && isImage(blob.type))
      return URL.createObjectURL(blob);
    return this.chat.fileUrl(line.data.file_id || 0);
  }

  private document(line: Line): HTMLElement {
    const { name = say('file'), size = 0, file_id } = line.data;
    const inside = [icon(paths.file, 28), h('span', {}, h('b', {}, name), h('small', {}, bytes(size)))];
    if (!file_id)
      return h('div', { class: 'bub doc' }, ...inside);
    return button(say('download', name), 'bub doc', () => {
      this.chat.fileUrl(file_id).then((url) => h('a', { href: url, download: name }).click(), () => undefined);
    }, ...inside);
  }

  private card(c: Card): HTMLElement {
    const currency = this.chat.shop ? this.chat.shop.currency : 'CNY';
    const thumb = h('span', { class: 'thumb' }, icon(paths.bag, 24));
    if (c.card === 'order') {
      const items = c.items || [];
      const count = items.reduce((n, i) => n + (i.quantity || 1), 0);
      return h('div', { class: 'bub card' }, thumb, h('div', {}, h('small', {}, `${say('order')} ${c.key || ''}`), h('b', {}, c.title),
        c.amount !== undefined && h('em', {}, money(c.amount, currency)),
        h('small', {}, [count ? say('items', count) : '', c.status ? statusWord(c.status) : ''].filter(Boolean).join(' · '))));
    }
    const image = link(c.image);
    if (image)
      fill(thumb, h('img', { src: image, alt: '', referrerpolicy: 'no-referrer' }));
    const url = link(c.url);
    return h('div', { class: 'bub card' }, thumb, h('div', {}, h('b', {}, c.title), c.price !== undefined && h('em', {}, money(c.price, currency)),
      url ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, say('view')) : h('small', {}, c.sku)));
  }

  private mark(s: Shown, line: Line): void {
    const state = `${line.state}|${line.part}`;
    if (!s.stateBox || s.state === state)
      return;
    s.state = state;
    const { failed } = line;
    s.stateBox.className = failed ? 'st bad' : 'st';
    const cid = line.key;
    fill(s.stateBox, h('span', {}, line.state),
      ...(failed ? [button(say('again'), '', () => this.chat.retry(cid)), button(say('drop_it'), '', () => this.chat.discard(cid))] : []));
    const bub = s.node.querySelector('.bub')!;
    bub.querySelectorAll('.bar').forEach((b) => b.remove());
    if (line.part !== undefined) {
      const fill = h('i');
      fill.style.width = `${Math.round(line.part * 100)}%`;
      (bub.querySelector('span') || bub).append(h('div', { class: 'bar', 'aria-hidden': 'true' }, fill));
    }
  }
}

const statusWord = (status: string): string =>
  ['created', 'paid', 'refunding', 'refunded', 'closed'].includes(status) ? say(status as Word) : status;

/** What a system line says; empty: it is not for the visitor. */
export function eventText(m: Pick<Message, 'data' | 'text'>): string {
  const { event, person_name: name } = m.data || {};
  switch (event) {
    case 'queued': return say('evQueued');
    case 'returned': return say('evReturned');
    case 'assigned': return name ? say('evAssigned', name) : say('evAssignedNone');
    case 'transferred': return name ? say('evTransferredTo', name) : say('evTransferred');
    case 'closed': return say('evClosed');
    case 'rated': return say('evRated');
    case 'away': return say('evAway');
    case 'invited': return '';
    default: return m.text || '';
  }
}
