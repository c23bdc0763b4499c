/** Drawings of what the demo shops offer: no picture is fetched from anywhere. C is the item's colour, D a darker line of it. */
const NS = 'http://www.w3.org/2000/svg';

type Shape = [tag: 'path' | 'circle' | 'ellipse' | 'rect', attributes: Record<string, string | number>];

const fill = (d: string, opacity = 1): Shape => ['path', { d, fill: 'C', stroke: 'D', 'stroke-width': 1.6, 'stroke-linejoin': 'round', opacity }];
const line = (d: string, width = 1.6): Shape => ['path', { d, fill: 'none', stroke: 'D', 'stroke-width': width, 'stroke-linecap': 'round' }];
const dot = (cx: number, cy: number, r = 1.6, of = 'D'): Shape => ['circle', { cx, cy, r, fill: of }];
const flowers = (spots: [number, number][]): Shape[] => spots.flatMap(([x, y]) => [dot(x - 2, y, 1.7, '#fff'), dot(x + 2, y, 1.7, '#fff'), dot(x, y - 2, 1.7, '#fff'), dot(x, y + 2, 1.7, '#fff'), dot(x, y, 1.3, '#e0a13a')]);

const garments: Record<string, Shape[]> = {
  dress: [fill('M48 18c4 6 20 6 24 0l9 5-5 17-3 12 20 54c-22 8-44 8-66 0l20-54-3-12-5-17z'), line('M47 52h26'), line('M52 62l-9 42 M68 62l9 42 M60 60v48', 1),
    ...flowers([[50, 78], [70, 76], [60, 92], [44, 98], [78, 98], [56, 36]])],
  tee: [fill('M44 20c6 8 26 8 32 0l24 12-9 20-12-5v59H41V47l-12 5-9-20z'), line('M46 21c5 11 23 11 28 0'), line('M41 100h38', 1)],
  jeans: [fill('M38 14h44l5 94H66l-6-62-6 62H33z'), line('M38 24h44 M60 24v22 M40 30c8 4 14 2 15-6 M80 30c-8 4-14 2-15-6'), line('M34 100h19 M67 100h19', 1)],
  cardigan: [fill('M44 22l16 20 16-20 20 10 6 62-14 3-4-44v46H36V53l-4 44-14-3 6-62z'), line('M60 42v57'), dot(64, 54), dot(64, 66), dot(64, 78), dot(64, 90), line('M36 92h48', 1)],
  coat: [fill('M46 14h28l18 10 8 68-14 4-5-40v56H39V56l-5 40-14-4 8-68z'), fill('M46 14l14 34-10 6-12-24z', 0.9), fill('M74 14L60 48l10 6 12-24z', 0.9), line('M60 48v64'), dot(54, 66, 2), dot(54, 84, 2), line('M43 78h8 M69 78h8')],
  shirt: [fill('M46 20l14 8 14-8 22 11 5 45-13 3-5-25v54H37V54l-5 25-13-3 5-45z'), fill('M46 20l14 8-9 11-9-13z'), fill('M74 20l-14 8 9 11 9-13z'), line('M60 28v80'), dot(63, 50), dot(63, 64), dot(63, 78), dot(63, 92), line('M68 52h10v12H68z', 1)],
  trousers: [fill('M40 12h40l10 96H66L60 48l-6 60H30z'), line('M40 21h40'), line('M48 24l-4 80 M72 24l4 80', 1), dot(60, 16.5)],
  down: [fill('M44 18h32l20 12 8 60-15 4-5-36v50H36V58l-5 36-15-4 8-60z'), fill('M44 18c2-8 30-8 32 0l-4 10H48z'), line('M36 44h48 M36 60h48 M36 76h48 M36 92h48 M60 28v80'), line('M24 46l10 2 M20 64l12 2 M96 46l-10 2 M100 64l-12 2')],
  hoodie: [fill('M42 26l18 10 18-10 20 11 6 52-14 4-5-34v46H35V59l-5 34-14-4 6-52z'), fill('M42 26c0-18 36-18 36 0-4 10-10 12-18 14-8-2-14-4-18-14z'), line('M55 40v16 M65 40v16'), line('M44 78h32l5 18H39z')],
  skirt: [fill('M42 24h36l22 76c-26 9-54 9-80 0z'), line('M41 32h38'), line('M48 32L34 103 M54 32l-7 73 M60 32v74 M66 32l7 73 M72 32l14 71', 1)],
  scarf: [fill('M60 14l44 46-44 46-44-46z'), ['path', { d: 'M60 24l34 36-34 36-34-36z', fill: 'none', stroke: '#fff', 'stroke-width': 2 }], ...flowers([[60, 44], [44, 60], [76, 60], [60, 76], [60, 60]])],
  jacket: [fill('M46 18h28l22 12 6 50-14 4-5-28v46H37V56l-5 28-14-4 6-50z'), fill('M46 18l14 12 14-12-4-5H50z'), line('M60 30v72'), line('M37 94h46 M44 66l8 8 M76 66l-8 8')],
};

const places: Record<string, Shape[]> = {
  palace: [fill('M14 52c16-4 26-12 30-20h32c4 8 14 16 30 20l-6 8H20z'), ['rect', { x: 26, y: 60, width: 68, height: 34, fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], line('M36 60v34 M48 60v34 M60 60v34 M72 60v34 M84 60v34'), fill('M18 94h84v10H18z'), line('M44 32c2-6 30-6 32 0')],
  wall: [fill('M6 104V74l18-12 22 6 20-20 22 10 26-20v66z'), line('M6 84l18-12 22 6 20-20 22 10 26-20', 1), fill('M58 50V34h18v22l-10-5z'), line('M58 34v-5h5v5 M65 34v-5h4v5 M71 34v-5h5v5')],
  lake: [fill('M10 82c16-8 34-8 50 0s34 8 50 0v26H10z', 0.8), fill('M30 74h60l-10 14H40z'), line('M60 74V30'), ['path', { d: 'M60 32l26 36H60z', fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], line('M16 96c12-5 22-5 32 0 M72 96c12-5 22-5 32 0')],
  tower: [fill('M38 104l4-26h36l4 26z'), fill('M34 78h52l-6-10H40z'), fill('M42 68l3-18h30l3 18z'), fill('M36 50h48l-8-10H44z'), fill('M48 40l12-24 12 24z'), line('M60 16v-6')],
  lane: [fill('M14 50l22-18 22 18v54H14z'), fill('M62 50l22-18 22 18v54H62z', 0.7), line('M28 104V76h16v28 M76 104V76h16v28'), dot(52, 66, 5, '#c0392b'), line('M52 58v3 M52 71v6'), dot(98, 66, 5, '#c0392b')],
  park: [fill('M60 16c22 0 34 16 30 32 10 14-4 30-22 26h-16c-18 4-32-12-22-26-4-16 8-32 30-32z'), line('M60 50v54 M60 70l14-12 M60 80l-12-10', 3), line('M24 104h72')],
  duck: [['ellipse', { cx: 60, cy: 84, rx: 48, ry: 14, fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], fill('M26 72c4-26 40-30 54-14 8 8 20 6 20 2 4 14-8 26-24 26H44c-10 0-18-6-18-14z'), line('M44 66c8-8 22-8 30 0 M40 74c10-6 26-6 36 0')],
  pot: [fill('M22 56h76c0 30-14 44-38 44S22 86 22 56z'), ['ellipse', { cx: 60, cy: 56, rx: 38, ry: 9, fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], line('M14 60h8 M98 60h8 M44 40c-6-8 6-10 0-18 M60 40c-6-8 6-10 0-18 M76 40c-6-8 6-10 0-18', 2)],
  bowl: [fill('M18 58h84c-2 26-20 40-42 40S20 84 18 58z'), line('M30 58c2-14 14-20 30-20s28 6 30 20 M40 50c12 4 28 4 40 0 M72 40l24-24 M78 44l24-20', 2)],
  bed: [fill('M18 44h12v24h72c6 0 8 6 8 12v18h-8V88H30v10H18z'), ['rect', { x: 34, y: 52, width: 26, height: 14, rx: 4, fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], line('M30 78h78')],
  yard: [fill('M12 50l48-24 48 24-6 8H18z'), ['rect', { x: 24, y: 58, width: 72, height: 44, fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], fill('M50 102V74h20v28z'), line('M32 68h10v12H32z M78 68h10v12H78z M60 74v28')],
  hotel: [fill('M34 16h52v88H34z'), line('M46 30h8 M66 30h8 M46 46h8 M66 46h8 M46 62h8 M66 62h8 M46 78h8 M66 78h8', 4), ['rect', { x: 54, y: 88, width: 12, height: 16, fill: '#fff', stroke: 'D', 'stroke-width': 1.6 }], line('M24 104h72')],
};

function darker(hex: string): string {
  return '#' + [1, 3, 5].map((i) => Math.round(parseInt(hex.slice(i, i + 2), 16) * 0.62).toString(16).padStart(2, '0')).join('');
}

export function draw(name: string, colour: string): SVGSVGElement {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', '0 0 120 120');
  svg.setAttribute('aria-hidden', 'true');
  const ink: Record<string, string> = { C: colour, D: darker(colour) };
  for (const [tag, attributes] of garments[name] ?? places[name] ?? []) {
    const el = document.createElementNS(NS, tag);
    for (const [k, v] of Object.entries(attributes))
      el.setAttribute(k, ink[v] ?? String(v));
    svg.append(el);
  }
  return svg;
}
