/** A shop's page of the demo at /shop/KEY. It carries the widget as any shop's page would: by one script tag. */
import './shop.css';
import { h } from '../../widget/src/dom';
import { draw } from './art';
import { Both, Item, Shop, shopOf } from './data';

const key = decodeURIComponent(location.pathname.split('/')[2] ?? '') || 'shop-1';
const shop = shopOf(key);
let english = (localStorage.getItem('antball-shop:lang') ?? navigator.language).startsWith('en');
let kind = '';

const t = (both: Both): string => both[english ? 1 : 0];
const say = (zh: string, en: string): string => (english ? en : zh);
const yuan = (fen: number): string => new Intl.NumberFormat(english ? 'en' : 'zh-CN', { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol', minimumFractionDigits: fen % 100 ? 2 : 0 }).format(fen / 100);

function card(item: Item): HTMLElement {
  let colour = item.colours[0]!;
  const picture = h('div', { class: 'picture' });
  const ask = h('button', { type: 'button', class: 'ask' }, say(shop.look === 'city' ? '咨询向导' : '咨询客服', 'Ask about it'));
  const show = () => {
    picture.replaceChildren(draw(item.art, colour[1]));
    const name = t(item.title) + (t(colour[0]) ? ` ${t(colour[0])}` : '');
    ask.setAttribute('data-antball-product', JSON.stringify({ sku: item.sku, title: name, price: item.price, url: `${location.origin}${location.pathname}#${item.sku}` }));
    ask.setAttribute('aria-label', `${ask.textContent}: ${name}`);
  };
  const swatches = item.colours.length > 1 ? h('div', { class: 'swatches', role: 'group', 'aria-label': say('颜色', 'Colour') }, ...item.colours.map((c, i) => {
    const swatch = h('button', { type: 'button', title: t(c[0]), 'aria-label': t(c[0]), 'aria-pressed': String(i === 0) });
    swatch.style.setProperty('--c', c[1]);
    swatch.addEventListener('click', () => {
      colour = c;
      swatches?.querySelectorAll('button').forEach((b) => b.setAttribute('aria-pressed', String(b === swatch)));
      show();
    });
    return swatch;
  })) : null;
  show();
  return h('article', { class: 'card', id: item.sku }, picture, h('div', { class: 'text' }, h('h3', {}, t(item.title)), h('p', {}, t(item.note)), swatches,
    item.sizes ? h('p', { class: 'sizes' }, ...item.sizes.map((s) => h('span', {}, s))) : null,
    h('div', { class: 'foot' }, item.price === undefined ? h('span') : h('strong', {}, yuan(item.price)), ask)));
}

function kinds(list: [string, Both][]): HTMLElement {
  return h('div', { class: 'kinds', role: 'group', 'aria-label': say('分类', 'Kinds') }, ...list.map(([k, name]) =>
    h('button', { type: 'button', 'aria-pressed': String(k === kind), onclick: () => {
      kind = k;
      build();
    } }, t(name))));
}

function sizeTable(rows: string[][]): HTMLElement {
  const word = (s: string) => (s.includes(' / ') ? (english ? s.split(' / ')[1]! : `${s.split(' / ')[0]} ${/(cm|kg)$/.exec(s)?.[0] ?? ''}`) : s);
  return h('section', { class: 'wrap', id: 'sizes' }, h('h2', {}, say('尺码表', 'Size chart')), h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': say('尺码表', 'Size chart') }, h('table', {},
    h('thead', {}, h('tr', {}, ...rows[0]!.map((s) => h('th', { scope: 'col' }, s)))),
    h('tbody', {}, ...rows.slice(1).map((r) => h('tr', {}, h('th', { scope: 'row' }, word(r[0]!)), ...r.slice(1).map((s) => h('td', {}, s))))))));
}

function top(s: Shop): HTMLElement {
  const links: [string, string][] = s.items.length ? [['#goods', t(s.about)], ...(s.sizes ? [['#sizes', say('尺码表', 'Sizes')] as [string, string]] : []), ['#facts', say('服务说明', 'Service')]] : [];
  return h('header', { class: 'top' }, h('div', { class: 'wrap' }, h('a', { class: 'logo', href: location.pathname }, t(s.name)),
    h('nav', { 'aria-label': say('页面', 'Page') }, ...links.map(([href, text]) => h('a', { href }, text))),
    h('button', { type: 'button', class: 'lang', lang: english ? 'zh-CN' : 'en', onclick: () => {
      english = !english;
      localStorage.setItem('antball-shop:lang', english ? 'en' : 'zh');
      build();
    } }, english ? '中文' : 'English')));
}

function hero(s: Shop): HTMLElement {
  const art = s.items.slice(...(s.look === 'clothes' ? [3, 6] : [0, 3])).map((i) => draw(i.art, i.colours[0]![1]));
  return h('section', { class: `hero ${s.look}` }, h('div', { class: 'wrap' }, h('div', {}, h('h1', {}, t(s.motto)), h('p', {}, t(s.lead)),
    s.items.length ? null : h('button', { type: 'button', class: 'ask', 'data-antball-product': '' }, say('打开客服窗口', 'Open the chat'))), h('div', { class: 'art' }, ...art)));
}

function build(): void {
  document.documentElement.lang = english ? 'en' : 'zh-CN';
  document.documentElement.style.setProperty('--shop', shop.colour);
  document.title = `${t(shop.name)} · ${t(shop.motto)}`;
  const page = h('div', { id: 'page' }, top(shop), h('main', {}, hero(shop),
    shop.items.length ? h('section', { class: 'wrap', id: 'goods' }, h('div', { class: 'line' }, h('h2', {}, t(shop.about)), shop.kinds ? kinds(shop.kinds) : null),
      h('div', { class: 'grid' }, ...shop.items.filter((i) => !kind || i.kind === kind).map(card))) : null,
    shop.sizes ? sizeTable(shop.sizes) : null,
    shop.facts.length ? h('section', { class: 'wrap facts', id: 'facts' }, ...shop.facts.map((f) => h('div', {}, h('h2', {}, t(f.title)), h('dl', {},
      ...f.rows.flatMap(([name, text]) => [h('dt', {}, t(name)), h('dd', {}, t(text))]))))) : null),
    h('footer', {}, h('div', { class: 'wrap' }, say('演示店铺，商品仅作展示，不能下单。客服窗口由蚁球提供。', 'A demo shop: nothing can be ordered here. The chat is by Antball.'))));
  const old = document.getElementById('page');
  if (old)
    old.replaceWith(page);
  else
    document.body.prepend(page);
}

build();
const widget = document.createElement('script');
widget.src = '/widget.js';
widget.async = true;
widget.dataset.shop = key;
widget.dataset.colour = shop.colour;
document.body.append(widget);
