type Props = Record<string, string | number | boolean | ((e: never) => void) | null | undefined>;
type Kid = Node | string | null | undefined | false;

const SVG = 'http://www.w3.org/2000/svg';

/** An element; `on...` functions listen, true is an empty attribute, false, null and undefined are none. Never parses HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...kids: Kid[]): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function')
      el.addEventListener(name.slice(2), value as EventListener);
    else if (value !== false && value !== null && value !== undefined)
      el.setAttribute(name, value === true ? '' : String(value));
  }
  el.append(...kids.filter((k): k is Node | string => !!k));
  return el;
}

export function icon(path: string, size = 20): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const line = document.createElementNS(SVG, 'path');
  for (const [k, v] of Object.entries({ viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true' }))
    svg.setAttribute(k, String(v));
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

export const paths = {
  chat: 'M4 5.5h16v11H10.5L6 20v-3.5H4z M8 9.5h8 M8 12.8h5',
  down: 'M5 9l7 7 7-7',
  close: 'M6 6l12 12 M18 6L6 18',
  send: 'M4 12L20 4.5 15.5 20l-4-6.5z M11.5 13.5L20 4.5',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M8.5 14.2c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2 M9 9.6v.2 M15 9.6v.2',
  clip: 'M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.6 8.6a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7',
  file: 'M6 3h8l4 4v14H6z M14 3v4h4',
  bag: 'M5 8h14l-1 13H6z M9 8V6.5a3 3 0 0 1 6 0V8',
};

export const button = (label: string, look: string, act: (e: MouseEvent) => void, ...kids: Kid[]): HTMLButtonElement =>
  h('button', { type: 'button', class: look, onclick: act, ...(kids.length ? { 'aria-label': label, title: label } : {}) }, ...(kids.length ? kids : [label]));

export function fill(box: Element, ...kids: Kid[]): void {
  box.textContent = '';
  box.append(...kids.filter((k): k is Node | string => !!k));
}

/** Make the children of `box` exactly `wanted`, moving as little as may be. */
export function arrange(box: Node, wanted: Node[]): void {
  const keep = new Set(wanted);
  for (const old of Array.from(box.childNodes))
    if (!keep.has(old as Node))
      box.removeChild(old);
  let at = box.firstChild;
  for (const node of wanted) {
    if (node === at)
      at = at.nextSibling;
    else
      box.insertBefore(node, at);
  }
}

/** "#0f766e" -> what is readable on it, and a pale tint of it for the visitor's own bubbles. */
export function tones(colour: string): { base: string; on: string; pale: string } {
  const base = /^#[0-9a-f]{6}$/i.test(colour) ? colour : '#0f766e';
  const rgb = [1, 3, 5].map((i) => parseInt(base.slice(i, i + 2), 16));
  const light = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * light[0]! + 0.7152 * light[1]! + 0.0722 * light[2]!;
  const pale = rgb.map((v) => Math.round(v * 0.13 + 255 * 0.87));
  return { base, on: 1.05 / (luminance + 0.05) >= 4.5 ? '#fff' : '#111', pale: `rgb(${pale.join()})` };
}
