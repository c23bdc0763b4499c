import type { Chat } from './chat';
import { composer } from './composer';
import { arrange, button, fill, h, icon, paths, tones } from './dom';
import { awayForm, rating } from './forms';
import { eventText, Line, Rows } from './rows';
import type { Card, Item, Message } from './types';
import { locale, say } from './words';

const NEAR = 80; // px from the end of the log that still count as there
const PAUSE_MS = 5 * 60_000;

export type Product = Extract<Card, { card: 'product' }>;

/** Button and panel. Built anew when the language changes; everything worth keeping is in the chat. */
export class View {
  readonly node: HTMLElement;
  private badge = h('span', { class: 'badge', hidden: true });
  private fab = button(say('open'), 'fab', () => this.toggle(), icon(paths.chat, 28), this.badge);
  private title = h('b', { id: 'antball-title' });
  private under = h('span');
  private endButton = button(say('end'), '', () => this.askEnd());
  private closeButton = button(say('close'), '', () => this.close(), icon(paths.down));
  private strip = h('div', { class: 'strip', role: 'status', hidden: true });
  private log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': say('log'), tabindex: 0 });
  private more = button(say('older'), 'more', () => void this.older());
  private typing = h('div', { class: 'sys', role: 'status' });
  private below = button(say('below'), 'below', () => this.toEnd());
  private mid = h('div', { class: 'mid', 'data-drop': say('drop') }, this.log, this.below);
  private note = h('div', { class: 'note', role: 'alert', hidden: true });
  private ask = h('div', { class: 'ask', hidden: true });
  private offer = h('div', { class: 'offer', hidden: true });
  private composer;
  private away;
  private rows: Rows;
  private panel: HTMLElement;
  private rateFor = 0;
  private rateNode: HTMLElement | null = null;
  private unrated = new Set<number>(); // invitations put aside
  private phone = matchMedia('(max-width: 520px), (max-height: 460px)');
  private undo = new AbortController();
  private stuck = true; // the log stays at its end
  private top = 0;
  private drawn = 0;
  private scrollTop = 0;

  constructor(private chat: Chat, private isOpen: boolean, private opened: (open: boolean) => void, private product: Product | null) {
    this.composer = composer(chat, (t) => this.complain(t), () => this.toEnd());
    this.away = awayForm(chat);
    this.rows = new Rows(chat, (url, name) => this.enlarge(url, name), () => this.stuck && this.toEnd());
    this.panel = h('div', { class: 'panel', role: 'dialog', 'aria-labelledby': 'antball-title', hidden: true },
      h('header', {}, h('div', { class: 'who' }, this.title, this.under), this.endButton, this.closeButton),
      this.strip, this.mid, this.away.node, this.note, this.ask, this.offer, this.composer.node);
    this.node = h('div', { class: 'root', lang: locale() }, this.fab, this.panel);
    this.listen();
  }

  private listen(): void {
    const { signal } = this.undo;
    this.log.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.panel.addEventListener('keydown', (e) => this.key(e));
    for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      this.panel.addEventListener(kind, (e) => this.drag(e, kind));
    this.phone.addEventListener('change', () => this.shape(), { signal });
    for (const kind of ['resize', 'scroll'])
      visualViewport?.addEventListener(kind, () => this.shape(), { signal });
    for (const kind of ['visibilitychange', 'focus'])
      document.addEventListener(kind, () => this.update(), { signal });
  }

  destroy(): void {
    this.undo.abort();
    this.node.remove();
    this.lockPage(false);
  }

  // Opening and closing --------------------------------------------------------------------------------------------------

  toggle(): void {
    if (this.isOpen)
      this.close();
    else
      this.open();
  }

  open(product?: Product | null): void {
    if (product)
      this.product = product;
    this.isOpen = true;
    this.opened(true);
    this.update();
    this.toEnd();
    if (this.chat.shop && !this.composer.node.hidden && !this.full)
      this.composer.focus();
    else
      this.closeButton.focus();
  }

  close(): void {
    this.isOpen = false;
    this.opened(false);
    this.update();
    this.fab.focus();
  }

  private get full(): boolean {
    return this.phone.matches;
  }

  private shape(): void {
    const full = this.full && this.isOpen;
    this.node.classList.toggle('full', this.full);
    this.node.classList.toggle('shown', this.isOpen);
    this.panel.setAttribute('aria-modal', String(full));
    this.lockPage(full);
    if (full && visualViewport) {
      this.node.style.setProperty('--vh', `${visualViewport.height}px`);
      this.node.style.setProperty('--vt', `${visualViewport.offsetTop}px`);
      if (this.stuck)
        this.toEnd();
    }
  }

  private lockPage(on: boolean): void {
    const { style } = document.documentElement;
    if (on !== this.locked) {
      [style.overflow, this.overflow] = [on ? 'hidden' : this.overflow, style.overflow];
      this.locked = on;
    }
  }
  private locked = false;
  private overflow = ''; // the page's own

  private key(e: KeyboardEvent): void {
    if (e.isComposing || e.keyCode === 229)
      return;
    if (e.key === 'Escape') {
      e.stopPropagation();
      this.close();
    } else if (e.key === 'Tab' && this.full) {
      this.trap(e);
    }
  }

  private trap(e: KeyboardEvent): void {
    const stops = Array.from(this.panel.querySelectorAll<HTMLElement>('button,input,textarea,a[href],[tabindex="0"]'))
      .filter((x) => x.tabIndex >= 0 && !(x as HTMLButtonElement).disabled && x.getClientRects().length > 0);
    const at = stops.indexOf((this.node.getRootNode() as ShadowRoot).activeElement as HTMLElement);
    const edge = e.shiftKey ? 0 : stops.length - 1;
    if (at !== edge && at >= 0)
      return;
    e.preventDefault();
    stops[e.shiftKey ? stops.length - 1 : 0]!.focus();
  }

  private drag(e: DragEvent, kind: string): void {
    if (!e.dataTransfer!.types.includes('Files') || this.composer.node.hidden)
      return;
    e.preventDefault();
    this.panel.classList.toggle('dropping', kind === 'dragenter' || kind === 'dragover');
    if (kind === 'drop')
      this.composer.take(Array.from(e.dataTransfer!.files));
  }

  // Drawing --------------------------------------------------------------------------------------------------------------

  update(): void {
    const { chat } = this;
    const known = chat.store.state();
    const { base, on, pale } = tones(known.colour || this.chat.colour);
    for (const [name, value] of [['--base', base], ['--on', on], ['--pale', pale]] as const)
      this.node.style.setProperty(name, value);
    this.panel.hidden = !this.isOpen;
    this.shape();
    this.drawButton();
    if (!this.isOpen)
      return;
    this.drawHead(known.name || say('service'));
    this.drawStrip();
    const away = !!chat.shop && !chat.shop.open && !chat.live && !chat.pending().some((i) => !i.failed);
    this.mid.hidden = away;
    this.away.node.hidden = !away;
    this.composer.node.hidden = away || chat.link.state === 'refused';
    this.drawOffer(away);
    if (away)
      this.away.update();
    else
      this.drawLog();
    if (!document.hidden && this.stuck && !away)
      chat.markRead();
  }

  private drawButton(): void {
    const n = this.isOpen ? 0 : this.chat.unread;
    this.badge.hidden = !n;
    this.badge.textContent = n > 99 ? '99+' : String(n);
    const label = say(this.isOpen ? 'close' : 'open') + (n ? ` · ${say('unread', n)}` : '');
    if (this.fab.getAttribute('aria-label') !== label) {
      this.fab.setAttribute('aria-label', label);
      this.fab.title = label;
    }
    this.fab.setAttribute('aria-expanded', String(this.isOpen));
    this.fab.replaceChild(icon(this.isOpen ? paths.down : paths.chat, 28), this.fab.firstChild!);
  }

  private drawHead(name: string): void {
    const { session, live, shop } = this.chat;
    this.title.textContent = name;
    let under = shop ? say('service') : '';
    if (live && session!.state === 'open' && session!.agent_name)
      under = say('serving', session!.agent_name);
    else if (live && session!.state !== 'open')
      under = session!.position > 0 ? say('queued', session!.position) : say('queuedSoon');
    else if (session && !this.chat.fresh)
      under = say('ended');
    else if (shop && !shop.open)
      under = say('away');
    if (this.under.textContent !== under)
      this.under.textContent = under;
    this.endButton.hidden = !live;
    if (!live && !this.ask.hidden && this.ask.dataset.what === 'end')
      this.ask.hidden = true;
    this.drawEnded();
  }

  private drawStrip(): void {
    const { link } = this.chat;
    let text = '';
    const hopeless = link.state === 'refused' || (link.failures > 2 && navigator.onLine);
    if (hopeless || link.away)
      text = hopeless ? link.why || say('refused') : say(navigator.onLine ? 'connecting' : 'offline');
    this.strip.hidden = !text;
    if (this.strip.dataset.text === text)
      return;
    this.strip.dataset.text = text;
    fill(this.strip, h('span', {}, text), ...(hopeless ? [button(say('again'), '', () => link.again(0))] : []));
  }

  private lines(): Line[] {
    const out: Line[] = this.greeting();
    for (const b of this.chat.blocks) {
      const all = Array.from(b.rows.values()).sort((x, y) => x.seq - y.seq);
      for (const m of all)
        if (!(m.kind === 'event' || m.sender === 'system') || eventText(m))
          out.push(this.lineOf(m, b.session.agent_read_seq));
    }
    for (const item of this.chat.pending())
      out.push(this.lineOfItem(item));
    const mine = out.filter((l) => l.sender === 'customer');
    mine.forEach((line, i) => { // what is well is said once, below the last
      const after = mine[i + 1];
      if (after && line.settled && line.state === after.state)
        line.state = '';
    });
    out.forEach((line, i) => {
      const before = out[i - 1];
      line.pause = !!line.at && (!before || line.at - before.at > PAUSE_MS);
      line.head = line.pause || !before || before.sender !== line.sender || before.person !== line.person || Math.floor(before.at / 60_000) !== Math.floor(line.at / 60_000);
    });
    return out;
  }

  /** The shop's first word stands there before there is a session; then the centre has it in the conversation. */
  private greeting(): Line[] {
    const { shop, blocks } = this.chat;
    if (!shop || !shop.greeting || blocks.length)
      return [];
    const m: Message = { session_id: 0, seq: 0, at: 0, sender: 'auto', kind: 'text', text: shop.greeting };
    return [{ ...this.lineOf(m, 0), person: shop.name }];
  }

  private lineOf(m: Message, readSeq: number): Line {
    const mine = m.sender === 'customer';
    const person = m.sender === 'robot' ? say('robot') : m.sender === 'auto' ? say('auto') : mine ? '' : m.person_name || say('agent');
    return { key: (mine && m.client_id) || `${m.session_id}/${m.seq}`, at: m.at, sender: m.sender, person, head: false, pause: false, kind: m.kind, text: m.text || '', data: m.data || {}, failed: false, settled: true, state: mine ? say(m.seq <= readSeq ? 'read' : 'sent') : '' };
  }

  private lineOfItem(item: Item): Line {
    const part = this.chat.progress.get(item.cid);
    const up = this.chat.link.up;
    let state = say(up ? 'sending' : 'waiting');
    if (item.failed)
      state = `${say('failed')} · ${item.failed}`;
    else if (part !== undefined && up && !item.file)
      state = say('uploading', Math.round(part * 100));
    return { key: item.cid, at: item.at, sender: 'customer', person: '', head: false, pause: false, kind: item.kind, text: item.text || '',
      data: item.card || { name: item.name, size: item.size }, failed: !!item.failed, settled: false, state, part: item.failed || item.file ? undefined : part };
  }

  private drawLog(): void {
    const { chat } = this;
    const lines = this.lines();
    const nodes: HTMLElement[] = [];
    if (chat.link.up && chat.older !== 'end' && (lines.length > 0 || chat.older === 'more'))
      nodes.push(this.more);
    this.more.textContent = say(chat.older === 'loading' ? 'loading' : 'older');
    nodes.push(...this.rows.draw(lines));
    this.drawTyping(nodes);
    this.drawRating(nodes);
    const first = this.log.scrollHeight - this.log.scrollTop;
    const news = lines.filter((l) => l.sender !== 'customer').length;
    const bulk = Math.abs(news - this.drawn) > 5;
    if (bulk)
      this.log.setAttribute('aria-live', 'off');
    arrange(this.log, nodes);
    if (bulk)
      setTimeout(() => this.log.setAttribute('aria-live', 'polite'), 200);
    if (this.top) {
      this.log.scrollTop = this.log.scrollHeight - first;
      if (chat.older !== 'loading')
        this.top = 0;
    } else if (this.stuck) {
      this.toEnd();
    } else if (news > this.drawn) {
      this.below.hidden = false;
    }
    this.drawn = news;
  }

  private drawTyping(nodes: HTMLElement[]): void {
    const on = Date.now() < this.chat.typingUntil && this.chat.live && this.chat.link.up;
    const text = on ? say('typing') : '';
    if (this.typing.textContent !== text)
      this.typing.textContent = text;
    if (on)
      nodes.push(this.typing);
  }

  private drawRating(nodes: HTMLElement[]): void {
    const { session, block, fresh } = this.chat;
    if (!block || !session || session.rated || fresh || this.unrated.has(session.id) || block.invited <= block.returned)
      return;
    if (this.rateFor !== session.id || !this.rateNode) {
      this.rateFor = session.id;
      this.rateNode = rating(this.chat, session, () => {
        this.unrated.add(session.id);
        this.update();
        this.composer.focus();
      });
    }
    nodes.push(this.rateNode);
  }

  // Bars above the composer ----------------------------------------------------------------------------------------------

  private askEnd(): void {
    this.ask.dataset.what = 'end';
    this.ask.hidden = false;
    const stop = button(say('endYes'), 'do', () => {
      this.ask.hidden = true;
      this.chat.end().catch(() => this.complain(say('failed')));
      this.composer.focus();
    });
    fill(this.ask, h('span', {}, say('endAsk')), button(say('endNo'), 'plain', () => {
      this.ask.hidden = true;
      this.composer.focus();
    }), stop);
    stop.focus();
  }

  private drawEnded(): void {
    const { session, live, fresh, shop } = this.chat;
    const ended = !!session && !live && !fresh && !!shop && shop.open && !this.chat.pending().length;
    if (ended && this.ask.dataset.what !== 'ended') {
      this.ask.dataset.what = 'ended';
      this.ask.hidden = false;
      fill(this.ask, h('span', {}, say('freshHint')), button(say('fresh'), 'plain', () => {
        this.chat.startFresh();
        this.composer.focus();
      }));
    } else if (!ended && this.ask.dataset.what === 'ended') {
      this.ask.dataset.what = '';
      this.ask.hidden = true;
    }
  }

  private drawOffer(away: boolean): void {
    const p = this.product;
    this.offer.hidden = !p || away || this.chat.link.state === 'refused';
    if (!p || this.offer.dataset.sku === p.sku)
      return;
    this.offer.dataset.sku = p.sku;
    const put = () => {
      this.product = null;
      this.offer.dataset.sku = '';
      this.update();
      this.composer.focus();
    };
    fill(this.offer, h('div', {}, h('b', {}, p.title), h('small', {}, say('product') + ' ' + p.sku)),
      button(say('sendProduct'), 'do', () => {
        this.chat.sendCard(p);
        put();
        this.toEnd();
      }), button(say('dismiss'), 'mini', put, icon(paths.close, 16)));
  }

  private complain(text: string): void {
    this.note.hidden = false;
    fill(this.note, h('span', {}, text), button(say('dismiss'), 'mini', () => (this.note.hidden = true), icon(paths.close, 16)));
  }

  private enlarge(url: string, name: string): void {
    const from = (this.node.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    const shut = () => {
      box.remove();
      from && from.focus();
    };
    const x = button(say('dismiss'), '', shut, icon(paths.close));
    const box = h('div', { class: 'view', role: 'dialog', 'aria-modal': 'true', 'aria-label': name, onclick: shut, onkeydown: (e: KeyboardEvent) => {
      if (e.key === 'Escape' || e.key === 'Tab') {
        e.preventDefault();
        e.stopPropagation();
        if (e.key === 'Escape')
          shut();
      }
    } }, h('img', { src: url, alt: name }), x);
    this.panel.append(box);
    x.focus();
  }

  // Scrolling ------------------------------------------------------------------------------------------------------------

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < NEAR)
      this.stuck = true;
    else if (scrollTop < this.scrollTop) // by hand; a picture that came only made the log longer
      this.stuck = false;
    this.scrollTop = scrollTop;
    if (this.stuck && !this.below.hidden) {
      this.below.hidden = true;
      this.chat.markRead();
    }
    if (scrollTop < 40 && this.chat.blocks.length && scrollHeight > clientHeight)
      void this.older();
  }

  private async older(): Promise<void> {
    this.top = 1;
    this.stuck = false;
    await this.chat.loadOlder();
  }

  private toEnd(): void {
    this.stuck = true;
    this.below.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
  }
}
