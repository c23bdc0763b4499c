import { Chat } from './chat';
import { dress } from './style';
import type { Customer } from './types';
import { Product, View } from './view';
import { chooseLanguage } from './words';

/**
 * One line on a shop's page:
 *   <script src="https://CENTRE/widget.js" data-shop="KEY" async></script>
 * data-lang      zh or en; else the page's language, else the browser's
 * data-skill     the name of a skill that whoever answers must have, e.g. 售后
 * data-colour    #rrggbb for the button, until the centre has told the shop's own
 * data-customer  JSON {key, name, phone?, email?, at, sign}: a customer whom the shop has signed in, signed on its server
 * data-product   JSON {sku, title, price, image?, url?}: what the page is about; the visitor may send it
 * Any element with data-antball-product (same JSON, or empty) opens the chat when pressed. Scripts: Antball.open(product?), Antball.close().
 */
interface Public {
  open(product?: object): void;
  close(): void;
}

declare global {
  interface Window {
    Antball?: Public;
  }
}

function read<T>(text: string | null | undefined): T | null {
  try {
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    console.warn('Antball: not JSON:', text);
    return null;
  }
}

function productOf(value: unknown): Product | null {
  const p = value as Partial<Product> | null;
  if (!p || typeof p.sku !== 'string' || typeof p.title !== 'string')
    return null;
  return { card: 'product', sku: p.sku, title: p.title, price: typeof p.price === 'number' ? Math.round(p.price) : undefined, image: p.image, url: p.url };
}

function start(tag: HTMLScriptElement, shop: string): void {
  const host = document.createElement('antball-chat');
  const root = host.attachShadow({ mode: 'open' });
  dress(root);
  document.body.append(host);

  const { lang, customer, product, skill, colour = '' } = tag.dataset;
  const openKey = `antball:${shop}`;
  let isOpen = false;
  try {
    isOpen = !!sessionStorage.getItem(openKey) && innerWidth > 520;
  } catch { /* closed, then */ }
  let asked = 0;
  let view: View | undefined;
  const chat = new Chat(new URL(tag.src).origin, shop, colour, read<Customer>(customer), skill, () => {
    asked ||= requestAnimationFrame(draw);
    if (document.hidden)
      setTimeout(draw, 0);
  });
  function draw(): void {
    cancelAnimationFrame(asked);
    asked = 0;
    view!.update();
  }
  const opened = (open: boolean) => {
    isOpen = open;
    try {
      sessionStorage.setItem(openKey, open ? '1' : '');
    } catch { /* not remembered, then */ }
    if (open)
      chat.link.start();
    else if (!chat.live && !chat.due)
      chat.link.stop();
  };
  const build = () => {
    if (view)
      view.destroy();
    chooseLanguage(lang);
    view = new View(chat, isOpen, opened, productOf(read(product)));
    root.append(view.node);
    view!.update();
  };
  build();
  if (!lang)
    new MutationObserver(build).observe(document.documentElement, { attributeFilter: ['lang'] });
  if (isOpen || chat.due)
    chat.link.start();
  setInterval(() => host.isConnected || document.body.append(host), 2000); // pages that swap their body
  window.Antball = { open: (p) => view!.open(productOf(p)), close: () => view!.close() };
  document.addEventListener('click', (e) => {
    const el = e.target instanceof Element ? e.target.closest('[data-antball-product]') : null;
    if (!el)
      return;
    e.preventDefault();
    view!.open(productOf(read(el.getAttribute('data-antball-product'))));
  });
}

const tag = (document.currentScript || document.querySelector('script[data-shop]')) as HTMLScriptElement | null;
const shop = tag && tag.dataset.shop;
if (tag && shop && !window.Antball) {
  const go = () => start(tag, shop);
  if (document.body)
    go();
  else
    document.addEventListener('DOMContentLoaded', go);
}
