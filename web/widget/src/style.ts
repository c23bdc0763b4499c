/** One sheet for the shadow root. Constructed, hence allowed where a page's policy forbids inline styles. */
const css = `
:host{all:initial!important;position:fixed!important;right:0!important;bottom:0!important;z-index:2147483000!important;display:block!important}
@media print{:host{display:none!important}}
*{box-sizing:border-box;margin:0}
.root{font:14px/1.5 -apple-system,BlinkMacSystemFont,"PingFang SC","Microsoft YaHei","Noto Sans SC","Segoe UI",Roboto,sans-serif;color:#1c2024;text-align:left;font-variant-numeric:tabular-nums}
button,input,textarea{font:inherit;color:inherit;letter-spacing:inherit}
button{border:0;background:none;padding:0;cursor:pointer;border-radius:6px}
button:disabled{cursor:default;opacity:.5}
:focus{outline:none}
:focus-visible{outline:2px solid var(--base);outline-offset:2px}
svg{display:block}
[hidden]{display:none!important}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.fab{position:fixed;right:20px;bottom:calc(20px + env(safe-area-inset-bottom,0px));width:56px;height:56px;border-radius:50%;background:var(--base);color:var(--on);display:grid;place-items:center;box-shadow:0 4px 14px rgba(0,0,0,.22);transition:transform .12s}
.fab:hover{transform:translateY(-1px)}
.fab:focus-visible{outline-color:#fff;box-shadow:0 0 0 4px var(--base),0 4px 14px rgba(0,0,0,.22)}
.badge{position:absolute;top:-3px;right:-3px;min-width:20px;height:20px;padding:0 5px;border-radius:10px;background:#c81e1e;color:#fff;font-size:12px;line-height:20px;text-align:center;font-weight:600;box-shadow:0 0 0 2px #fff}
.panel{position:fixed;right:20px;bottom:calc(88px + env(safe-area-inset-bottom,0px));width:360px;height:560px;max-height:calc(100vh - 104px);max-height:calc(100dvh - 104px);background:#fff;border-radius:10px;box-shadow:0 10px 36px rgba(16,24,32,.2),0 0 0 1px rgba(16,24,32,.07);display:flex;flex-direction:column;overflow:hidden}
.full .panel{right:0;left:0;bottom:auto;width:100%;height:100vh;height:var(--vh,100dvh);top:var(--vt,0px);max-height:none;border-radius:0}
.full.shown .fab{display:none}
header{display:flex;align-items:center;gap:4px;padding:10px 8px 10px 16px;background:var(--base);color:var(--on);flex:none}
.full header{padding-top:calc(10px + env(safe-area-inset-top,0px))}
.who{flex:1;min-width:0}
.who b{display:block;font-size:16px;font-weight:600;line-height:1.35;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.who span{display:block;font-size:12.5px;line-height:1.4;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
header button{height:40px;min-width:40px;display:grid;place-items:center;padding:0 8px;font-size:13px}
header button:hover{background:rgba(127,127,127,.22)}
header button:focus-visible{outline-color:var(--on);outline-offset:-3px}
.strip{flex:none;padding:6px 16px;font-size:13px;background:#fdf3dc;color:#6b4a05;display:flex;gap:12px;align-items:center;justify-content:space-between}
.strip button{color:#6b4a05;text-decoration:underline;padding:2px 4px}
.mid{position:relative;flex:1;min-height:0;display:flex;background:#f6f7f8}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:12px 14px 16px;outline-offset:-2px!important}
.log .more{display:block;margin:0 auto 10px;padding:5px 12px;font-size:12.5px;color:#5a636b}
.log .more:hover{background:#e9ecee}
.below{position:absolute;left:50%;bottom:10px;transform:translateX(-50%);background:#fff;color:#1c2024;padding:6px 14px;border-radius:16px;box-shadow:0 2px 8px rgba(0,0,0,.18);font-size:13px}
.sys{text-align:center;color:#626b73;font-size:12.5px;margin:10px 12px;overflow-wrap:anywhere}
.row{display:flex;flex-direction:column;align-items:flex-start;margin-top:4px}
.row.head{margin-top:12px}
.row>.sys{align-self:center}
.row.mine{align-items:flex-end}
.name{font-size:12px;color:#5a636b;margin:0 2px 3px}
.bub{max-width:84%;padding:8px 12px;border-radius:8px;background:#fff;box-shadow:0 0 0 1px rgba(16,24,32,.07);white-space:pre-wrap;overflow-wrap:anywhere}
.mine .bub{background:var(--pale);box-shadow:none}
.bub a{color:#0b5fb3}
.emo{background:none!important;box-shadow:none!important;font-size:34px;line-height:1.2;padding:0 2px}
.st{font-size:12px;color:#626b73;margin:2px 3px 0;display:flex;gap:8px}
.st.bad{color:#b42318}
.st button{color:#0b5fb3;text-decoration:underline;font-size:12px}
.pic{padding:0;overflow:hidden;line-height:0;background:#e8ebed!important;max-width:220px}
.pic img{display:block;max-width:220px;max-height:240px;width:auto;height:auto;cursor:zoom-in}
.pic .ph{display:grid;place-items:center;width:140px;height:100px;color:#5a636b;font-size:12px;line-height:1.4;padding:8px;text-align:center}
.bar{height:3px;background:#d5dadd;border-radius:2px;overflow:hidden;margin-top:6px}
.bar i{display:block;height:100%;background:var(--base)}
.pic .bar{margin:0}
.doc{display:flex;gap:10px;align-items:center;text-align:left;min-width:180px}
.doc svg{flex:none;color:#5a636b}
.doc b,.card b{display:block;font-weight:500;overflow-wrap:anywhere}
.doc small,.card small{color:#5a636b;font-size:12px}
button.bub:hover{background:#f0f2f3}
.card{display:flex;gap:10px;width:252px;white-space:normal;align-items:flex-start;background:#fff!important;box-shadow:0 0 0 1px rgba(16,24,32,.1)!important}
.card .thumb{flex:none;width:52px;height:52px;border-radius:4px;background:#eef0f2;display:grid;place-items:center;color:#8a939b;overflow:hidden}
.card .thumb img{width:100%;height:100%;object-fit:cover}
.card div{min-width:0}
.card b{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.card em{font-style:normal;font-weight:600;color:#1c2024;display:block}
.offer{flex:none;display:flex;gap:10px;align-items:center;padding:8px 8px 8px 14px;border-top:1px solid #e6e9eb;background:#fff}
.offer>div{flex:1;min-width:0}
.offer b{display:block;font-weight:500;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.offer small{color:#5a636b;font-size:12.5px}
.mini{width:32px;height:32px;display:grid;place-items:center;color:#5a636b;flex:none}
.mini:hover{background:#eef0f2}
.do{background:var(--base);color:var(--on);padding:6px 14px;min-height:34px;font-size:13.5px;flex:none}
.plain{padding:6px 14px;min-height:34px;font-size:13.5px;box-shadow:inset 0 0 0 1px #c9cfd4;flex:none}
.ask{flex:none;display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:10px 14px;border-top:1px solid #e6e9eb;background:#fff}
.ask span{flex:1;min-width:120px}
.note{flex:none;padding:8px 14px;background:#fdeceb;color:#8f1d14;font-size:13px;display:flex;justify-content:space-between;gap:8px;align-items:center}
.comp{flex:none;border-top:1px solid #e6e9eb;background:#fff;padding:8px 8px calc(8px + env(safe-area-inset-bottom,0px)) 8px;position:relative;display:flex;gap:2px;align-items:flex-end}
.comp textarea{flex:1;min-width:0;resize:none;border:1px solid #868f97;border-radius:6px;padding:7px 10px;min-height:38px;max-height:118px;line-height:22px;background:#fff;font-size:15px}
.full .comp textarea,.full input,.full .form textarea{font-size:16px}
.comp textarea:focus{outline:2px solid var(--base);outline-offset:-1px;border-color:transparent}
.comp button.tool{width:36px;height:38px;display:grid;place-items:center;color:#4a535b;flex:none}
.comp button.tool:hover{background:#eef0f2}
.comp button.go{width:40px;height:38px;margin-left:6px;display:grid;place-items:center;background:var(--base);color:var(--on);flex:none}
.emojis{position:absolute;left:8px;right:8px;bottom:100%;margin-bottom:6px;background:#fff;border-radius:8px;box-shadow:0 4px 18px rgba(0,0,0,.2),0 0 0 1px rgba(0,0,0,.06);padding:8px;display:grid;grid-template-columns:repeat(8,1fr);gap:2px}
.emojis button{font-size:22px;line-height:36px;height:36px}
.emojis button:hover{background:#eef0f2}
.dropping .mid::after{content:attr(data-drop);position:absolute;top:8px;right:8px;bottom:8px;left:8px;display:grid;place-items:center;border:2px dashed var(--base);border-radius:8px;background:rgba(255,255,255,.93);font-size:16px}
.form{flex:1;overflow-y:auto;padding:16px;background:#fff;display:flex;flex-direction:column;gap:12px}
.form h2{font-size:16px;line-height:1.4;font-weight:600}
.form p{color:#444c53;white-space:pre-wrap;overflow-wrap:anywhere}
.form label,.rate label{display:block;font-size:13px;color:#444c53;margin-bottom:4px}
.form input,.form textarea,.rate textarea{width:100%;border:1px solid #868f97;border-radius:6px;padding:8px 10px;background:#fff;resize:vertical;font-size:15px}
.form textarea{min-height:110px}
.form .err{color:#b42318;font-size:12.5px;margin-top:3px}
.form .do{align-self:flex-start;min-height:40px;padding:8px 20px;font-size:14px}
.okay{padding:10px 12px;border-radius:6px;background:#e9f6ee;color:#14532d}
.rate{margin:14px 0 4px;padding:12px;border-radius:8px;background:#fff;box-shadow:0 0 0 1px rgba(16,24,32,.08);border:0}
.rate legend{padding:0;font-weight:600;float:left;width:100%;margin-bottom:6px}
.stars{display:flex;gap:2px;clear:both}
.stars label{position:relative;width:38px;height:38px;display:grid;place-items:center;font-size:27px;line-height:1;color:#b6bdc3;cursor:pointer;margin:0;border-radius:6px}
.stars label.on{color:#c77700}
.stars input{position:absolute;opacity:0;top:0;left:0;width:100%;height:100%;cursor:pointer}
.stars label:focus-within{outline:2px solid var(--base)}
.rate .word{font-size:13px;color:#444c53;min-height:20px;margin:2px 0 8px}
.rate .acts{display:flex;gap:8px;margin-top:8px}
.view{position:absolute;top:0;left:0;width:100%;height:100%;background:rgba(10,14,18,.94);display:grid;place-items:center;z-index:2;padding:8px}
.view img{max-width:100%;max-height:100%;object-fit:contain}
.view button{position:absolute;top:10px;right:10px;width:40px;height:40px;display:grid;place-items:center;color:#fff;background:rgba(0,0,0,.5)}
.view :focus-visible{outline-color:#fff}
@media (prefers-reduced-motion:no-preference){.panel{animation:up .14s ease-out}@keyframes up{from{opacity:0;transform:translateY(8px)}}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important;scroll-behavior:auto!important}}
@media (forced-colors:active){.fab,.panel,.bub,.do,.go,.rate{border:1px solid}}
`;

export function dress(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } else {
    const style = document.createElement('style');
    style.textContent = css;
    (root as ShadowRoot).append(style);
  }
}
