import type { Message, Session } from '../api/types';
import { t } from '../i18n';
import { navigate } from '../lib/router';
import { boxesRefresh, boxFilter, boxRead, boxStore, sessionRead } from './boxes';
import { shopStore } from './filter';
import { limitsRead } from './limits';
import { may, meRead, meStore } from './me';
import { notice } from './notice';
import { outboxOpen } from './outbox';
import { liveOn, liveStart, liveStop } from './socket';
import { talkAccepted, talkStore } from './talks';

/* What runs as long as somebody is signed in, on whatever page. */
let running = 0;
let timer = 0;

export function engineStart(): void {
  const { me } = meStore.get();
  if (!me || running === me.person_id) return;
  running = me.person_id;
  outboxOpen(me.person_id, (line, seq, at) => talkAccepted(line, seq, at, { id: me.person_id, name: me.name }));
  const known = me.shops.some((s) => s.id === shopStore.get().shopId);
  boxStore.set({ shopId: known ? shopStore.get().shopId : 0 });
  limitsRead();
  liveStart(() => void meRead());
  if (!may('CHAT') && !may('CHAT_SEE')) return;
  void boxRead('mine');
  void boxRead('waiting');
  timer = window.setInterval(boxesRefresh, 30_000);
}

export function engineStop(): void {
  if (!running) return;
  running = 0;
  clearInterval(timer);
  liveStop();
  talkStore.set({ talks: {} });
  boxStore.set({ sessions: {}, members: { mine: [], waiting: [], group: [], closed: [] } });
}

shopStore.subscribe(() => boxFilter(shopStore.get().shopId, boxStore.get().q));

const nameOf = (s: Session | undefined): string => s?.customer_name || t().desk.anonymous;
const open = (id: number) => () => navigate(`/desk/s/${id}`);

liveOn('message', (push) => {
  const message = push.data as Message | undefined;
  const id = push.subject ?? 0;
  const session = boxStore.get().sessions[id];
  if (message?.sender !== 'customer' || session?.agent_id !== running) return;
  notice(t().desk.newCustomer(nameOf(session)), message.kind === 'text' ? message.text : t().desk[message.kind === 'image' ? 'image' : 'file'], `s${id}`, open(id));
});

liveOn('offer', (push) => {
  const id = push.subject ?? 0;
  void sessionRead(id).catch(() => {});
  notice(t().desk.offer, nameOf(boxStore.get().sessions[id]), `s${id}`, open(id));
});

const announced = new Set<number>();
liveOn('session', (push) => {
  const session = push.data as Session | undefined;
  const { me } = meStore.get();
  if (!session || !me) return;
  const id = push.subject ?? session.id;
  if (session.state !== 'waiting') return void announced.delete(id);
  if (announced.has(id) || !may('CHAT') || me.state !== 'online') return;
  announced.add(id);
  notice(t().desk.newWaiting, `${nameOf(session)} · ${session.shop_name ?? ''}`, `s${id}`, open(id));
});

liveOn('team', () => void meRead());
liveOn('agent_state', (push) => { if (push.subject === running) void meRead(); });
