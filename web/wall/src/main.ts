/** The wall board: now, today, people. Read from six metres, touched by nobody. */
import './wall.css';
import { h } from '../../widget/src/dom';
import { Agent, Alarm, Board, follow, PaceRow, Queue, Status } from './board';

const AMBER_MS = 30_000;
const RED_MS = 100_000;
const STALE_MS = 90_000;

let board: Board | null = null;
let pace: PaceRow[] = [];
let alarms: Alarm[] = [];
let got = 0; // when the board came, by this machine's clock
let status: Status = 'connecting';
let lang = new URLSearchParams(location.search).get('lang') ?? 'zh';
const fixed = new URLSearchParams(location.search).has('lang');

const say = (zh: string, en: string): string => (lang === 'en' ? en : zh);

function duration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60)
    return say(`${s} 秒`, `${s} s`);
  if (s < 3600)
    return say(`${Math.floor(s / 60)} 分 ${String(s % 60).padStart(2, '0')} 秒`, `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`);
  return say(`${Math.floor(s / 3600)} 时 ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} 分`, `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} m`);
}

const none = '–';
const each = (ms: number | null | undefined): string => (ms === null || ms === undefined ? none : duration(ms));
const share = (x: number | null | undefined): string => (x === null || x === undefined ? none : `${Math.round(x * 100)}%`);
const heat = (ms: number): string => (ms >= RED_MS ? 'red' : ms >= AMBER_MS ? 'amber' : '');
const time = (at: number): string => new Date(at).toLocaleTimeString(lang === 'en' ? 'en-GB' : 'zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });

/** A waiting time that goes on by itself while the line is up; it stops where the news stops. */
function running(ms: number | null, look = ''): HTMLElement {
  if (!ms)
    return h('span', { class: `quiet ${look}` }, none);
  return h('span', { class: look, 'data-ms': ms });
}

function tickDurations(): void {
  const more = status === 'live' ? Date.now() - got : 0;
  document.querySelectorAll<HTMLElement>('[data-ms]').forEach((el) => {
    const ms = Number(el.dataset.ms) + more;
    el.textContent = duration(ms);
    el.classList.remove('amber', 'red');
    const hot = heat(ms);
    if (hot)
      el.classList.add(hot);
  });
}

function queues(title: string, rows: (Queue & { colour?: string })[]): HTMLElement {
  return h('table', {}, h('thead', {}, h('tr', {}, h('th', {}, title), h('th', {}, say('等待', 'Waiting')), h('th', {}, say('最长', 'Longest')), h('th', {}, say('接待', 'Chats')))),
    h('tbody', {}, ...rows.map((s) => {
      const name = h('td', { class: 'name' }, s.name);
      name.style.setProperty('--c', s.colour ?? '#33454a');
      return h('tr', {}, name, h('td', {}, String(s.waiting)), h('td', {}, running(s.oldest_ms)), h('td', {}, String(s.open)));
    })));
}

function alarmText(a: Alarm, b: Board): string {
  if (a.text_zh && a.text_en)
    return say(a.text_zh, a.text_en);
  const names: Record<string, string> = { waiting: say('排队人数', 'Waiting'), longest_wait_s: say('最长等待（秒）', 'Longest wait (s)'), open_per_agent: say('人均进行中会话', 'Open chats per agent'), answered_within: say('30 秒应答率（%）', 'Answered within 30 s (%)') };
  const where = (a.group_id ? b.groups.find((g) => g.id === a.group_id) : b.shops.find((s) => s.id === a.shop_id))?.name ?? '';
  return `${say('预警：', 'Alert: ')}${where} ${names[a.metric] ?? a.metric} ${a.op === 'above' ? say('高于', 'above') : say('低于', 'below')} ${a.value}`;
}

function now(b: Board): HTMLElement {
  const waiting = b.shops.reduce((n, s) => n + s.waiting, 0);
  const oldest = Math.max(0, ...b.shops.map((s) => s.oldest_ms ?? 0));
  const open = b.shops.reduce((n, s) => n + s.open, 0);
  const alerts = [...alarms.map((a) => alarmText(a, b)), ...b.alerts.map((a) => say(a.text_zh, a.text_en))].slice(0, 3);
  const room = alerts.length ? 4 : 7;
  const worst = <T extends { oldest_ms: number | null; open: number }>(list: T[], n: number) =>
    [...list].sort((x, y) => (y.oldest_ms ?? 0) - (x.oldest_ms ?? 0) || y.open - x.open).slice(0, Math.max(0, n));
  const shops = worst(b.shops, room);
  const groups = worst(b.groups, room - shops.length - 1);
  return h('section', { class: 'now' }, h('h2', {}, say('现在', 'Now')),
    h('div', { class: 'big' }, h('div', {}, h('b', { class: waiting ? heat(oldest) : 'calm' }, String(waiting)), h('i', {}, say('人等待', 'waiting'))),
      h('div', {}, h('b', {}, String(open)), h('i', {}, say('接待中', 'in chat')))),
    h('p', { class: 'oldest' }, say('最长等待', 'Longest wait'), ' ', running(oldest)),
    queues(say('店铺', 'Shop'), shops), groups.length > 0 && queues(say('小组', 'Group'), groups),
    h('div', { class: 'alerts' }, ...alerts.map((text) => h('p', {}, text))));
}

const paceValue = (p: PaceRow, v: number | null): string => (p.unit === 'ms' ? each(v) : p.unit === 'ratio' ? share(v) : v === null ? none : String(v));

/** Up or down against last week, coloured by which of the two is good. */
function mark(p: PaceRow): HTMLElement {
  const was = say('上周 ', 'last week ') + paceValue(p, p.last_week);
  if (p.now === null || p.last_week === null || (p.last_week === 0 && p.unit !== 'ratio'))
    return h('small', {}, was);
  const by = p.unit === 'ratio' ? p.now - p.last_week : (p.now - p.last_week) / p.last_week;
  const same = Math.abs(by) < 0.005;
  const look = same || p.direction === 'none' ? '' : (by > 0) === (p.direction === 'up') ? 'calm' : 'amber';
  return h('small', {}, h('span', { class: look }, same ? '=' : `${by > 0 ? '▲' : '▼'} ${Math.round(Math.abs(by) * 100)}${p.unit === 'ratio' ? say(' 点', ' pt') : '%'}`), ' ', was);
}

function today(b: Board): HTMLElement {
  const t = b.today;
  const figure = (name: string, value: string, look = '', below?: HTMLElement) => h('div', { class: 'figure' }, h('i', {}, name), h('b', { class: look }, value), below);
  const plain = () => [figure(say('接待', 'Received'), String(t.received)), figure(say('已回复', 'Answered'), String(t.answered)),
    figure(say('首次响应', 'First reply'), each(t.first_reply_ms)), figure(say('平均响应', 'Average reply'), each(t.avg_reply_ms)),
    figure(say('30 秒应答', 'Within 30 s'), share(t.within_30s)), figure(say('3 分钟应答', 'Within 3 min'), share(t.within_180s)),
    figure(say('未回复', 'Unanswered'), String(t.unanswered), t.unanswered ? 'amber' : 'calm')];
  return h('section', { class: 'today' }, h('h2', {}, say('今天', 'Today'), pace.length > 0 && h('small', {}, say('对比上周此时', 'beside last week'))),
    h('div', { class: pace.length ? 'figures beside' : 'figures' }, ...(pace.length ? pace.map((p) => figure(say(p.name_zh, p.name_en), paceValue(p, p.now), '', mark(p))) : plain())));
}

function champions(agents: Agent[]): HTMLElement {
  const busy = agents.filter((a) => a.today_received > 0).sort((x, y) => y.today_received - x.today_received).slice(0, 3);
  const enough = Math.max(3, (busy[0]?.today_received ?? 0) / 4); // too few chats prove nothing
  const quick = agents.filter((a) => a.today_avg_reply_ms && a.today_received >= enough).sort((x, y) => x.today_avg_reply_ms! - y.today_avg_reply_ms!).slice(0, 3);
  const list = (title: string, rows: Agent[], value: (a: Agent) => string) => h('div', {}, h('h3', {}, title),
    h('ol', {}, ...rows.map((a) => h('li', {}, h('span', {}, a.name), h('b', {}, value(a))))));
  return h('div', { class: 'champions' }, busy.length > 0 && list(say('接待最多', 'Most chats'), busy, (a) => String(a.today_received)),
    quick.length > 0 && list(say('回复最快', 'Quickest replies'), quick, (a) => each(a.today_avg_reply_ms)));
}

const ORDER = ['online', 'wrapup', 'paused', 'offline'];

function people(b: Board): HTMLElement {
  const names: Record<string, string> = { online: say('在线', 'online'), wrapup: say('整理', 'wrap-up'), paused: say('暂停', 'paused'), offline: say('离线', 'offline') };
  const counts = ORDER.map((s) => [s, b.agents.filter((a) => a.state === s).length] as const).filter(([s, n]) => n > 0 || s === 'online');
  const here = b.agents.filter((a) => a.state !== 'offline').sort((x, y) => ORDER.indexOf(x.state) - ORDER.indexOf(y.state) || y.open - x.open || x.name.localeCompare(y.name, 'zh-CN'));
  const room = 18;
  const tiles = here.slice(0, here.length > room ? room - 1 : room);
  return h('section', { class: 'people' }, h('h2', {}, say('伙伴', 'People'), h('small', {}, counts.map(([s, n]) => `${names[s]} ${n}`).join(say('　', '  ·  ')))),
    champions(b.agents),
    here.length > 0 && h('ul', {}, ...tiles.map((a) => h('li', { class: a.state }, h('span', {}, a.name),
      h('b', {}, a.state === 'online' ? `${a.open}/${a.capacity}` : a.reason || names[a.state] || a.state))),
    here.length > tiles.length && h('li', { class: 'rest' }, say(`还有 ${here.length - tiles.length} 人`, `${here.length - tiles.length} more`))),
    here.length === 0 && h('p', { class: 'quiet' }, say('现在没有人在线', 'Nobody is online now')));
}

function hint(): HTMLElement | null {
  if (status === 'forbidden')
    return h('div', { class: 'hint' }, h('p', {}, say('这个账号没有查看实时看板的权限', 'This account may not see the live board')));
  if (status !== 'signed-out')
    return null;
  return h('div', { class: 'hint' }, h('p', {}, say('大屏尚未登录', 'The wall is not signed in')),
    h('p', {}, say('请在这台机器上登录一次，大屏会自己接着显示。', 'Sign in once on this machine; the wall then goes on by itself.')), h('a', { href: '/', target: '_blank' }, say('去登录', 'Sign in')));
}

const clockBox = h('time');
const stateBox = h('span', { class: 'state', role: 'status' });
const body = h('main');
const hintBox = h('div');
document.body.append(h('header', {}, h('h1', {}, h('span', { class: 'logo', 'aria-hidden': 'true' }), h('span', { id: 'title' })), stateBox, clockBox), body, hintBox);

function drawState(): void {
  const stale = !!board && (status !== 'live' || Date.now() - got > STALE_MS);
  const text = stale ? say(`截至 ${time(board!.at)}`, `as of ${time(board!.at)}`) : board ? '' : status === 'connecting' ? say('正在连接…', 'Connecting…') : '';
  if (stateBox.textContent !== text)
    stateBox.textContent = text;
  document.body.classList.toggle('stale', stale);
}

function drawClock(): void {
  const d = new Date();
  const day = d.toLocaleDateString(lang === 'en' ? 'en-GB' : 'zh-CN', { month: 'long', day: 'numeric', weekday: 'long' });
  const text = `${day}  ${time(d.getTime())}`;
  if (clockBox.textContent !== text)
    clockBox.textContent = text;
}

function draw(): void {
  document.documentElement.lang = say('zh-CN', 'en');
  document.getElementById('title')!.textContent = say('客服中心', 'Service centre');
  document.title = say('蚁球 · 大屏', 'Antball · wall');
  if (board)
    body.replaceChildren(now(board), today(board), people(board));
  hintBox.replaceChildren(...[hint()].filter((x) => x !== null));
  tickDurations();
  drawState();
  drawClock();
}

setInterval(() => {
  tickDurations();
  drawState();
  drawClock();
}, 1000);
follow({
  board: (b) => {
    board = b;
    got = Date.now();
    draw();
  },
  pace: (rows) => {
    pace = rows;
    draw();
  },
  alarms: (firing) => {
    alarms = firing;
    draw();
  },
  status: (s, of) => {
    status = s;
    if (!fixed)
      lang = of;
    draw();
  },
});
