import type { Chat } from './chat';
import { button, h, icon, paths } from './dom';
import { bytes, say } from './words';

const EMOJI = '😀 😄 😁 😂 🤣 😊 😉 😍 😘 🤔 😅 😓 😢 😭 😡 😱 👍 👎 👌 🙏 👏 💪 🤝 👋 ❤️ 💔 🌹 🎉 🎁 🔥 ⭐ ✅'.split(' ');

export interface Composer {
  node: HTMLElement;
  focus(): void;
  take(files: Iterable<File>): void;
}

/** Where the visitor writes. complain shows what could not be taken. */
export function composer(chat: Chat, complain: (text: string) => void, sent: () => void): Composer {
  const text = h('textarea', { rows: 1, placeholder: say('ask'), 'aria-label': say('message'), maxlength: chat.limits.text_max, enterkeyhint: 'send', autocomplete: 'off' });
  text.value = chat.store.state().draft || '';
  const files = h('input', { type: 'file', multiple: true, hidden: true, tabindex: -1, 'aria-label': say('attach') });
  const emojis = emojiPicker((e) => {
    text.setRangeText(e, text.selectionStart, text.selectionEnd, 'end');
    changed();
    text.focus();
  });
  const smile = button(say('emoji'), 'tool', () => toggle(!!emojis.hidden), icon(paths.smile, 22));
  smile.setAttribute('aria-expanded', 'false');
  const go = button(say('send'), 'go', () => send(), icon(paths.send));
  const toggle = (open: boolean) => {
    emojis.hidden = !open;
    smile.setAttribute('aria-expanded', String(open));
    if (open)
      emojis.querySelector('button')!.focus();
  };
  const fit = () => {
    text.style.height = 'auto';
    text.style.height = `${Math.min(118, text.scrollHeight + 2)}px`;
    go.disabled = !text.value.trim();
  };
  const changed = () => {
    fit();
    chat.store.patch({ draft: text.value || undefined });
    if (text.value)
      chat.typing();
  };
  const send = () => {
    const words = text.value.trim();
    if (!words)
      return;
    text.value = '';
    changed();
    toggle(false);
    chat.sendText(words);
    sent();
    text.focus();
  };
  const take = (list: Iterable<File>) => {
    for (const f of list) {
      if (!f.size)
        complain(say('empty', f.name));
      else if (f.size > chat.limits.file_max)
        complain(say('tooLarge', f.name, bytes(chat.limits.file_max)));
      else
        void chat.sendFile(f).then(sent);
    }
  };
  text.addEventListener('input', changed);
  text.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229)
      return;
    e.preventDefault();
    send();
  });
  text.addEventListener('paste', (e) => {
    const pasted = Array.from(e.clipboardData!.files);
    if (pasted.length) {
      e.preventDefault();
      take(pasted);
    }
  });
  files.addEventListener('change', () => {
    take(Array.from(files.files!));
    files.value = '';
  });
  emojis.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      toggle(false);
      smile.focus();
    }
  });
  const node = h('div', { class: 'comp' }, smile, button(say('attach'), 'tool', () => files.click(), icon(paths.clip, 22)), files, text, go, emojis);
  node.addEventListener('focusout', (e) => {
    if (!emojis.hidden && e.relatedTarget && !node.contains(e.relatedTarget as Node))
      toggle(false);
  });
  requestAnimationFrame(fit);
  return { node, take, focus: () => text.focus() };
}

/** A grid of 8 columns, walked with the arrows, one stop for Tab. */
function emojiPicker(pick: (emoji: string) => void): HTMLElement {
  const cells = EMOJI.map((e, i) => {
    const cell = button(e, '', () => pick(e));
    cell.tabIndex = i ? -1 : 0;
    return cell;
  });
  const box = h('div', { class: 'emojis', role: 'group', 'aria-label': say('emoji'), hidden: true }, ...cells);
  box.addEventListener('keydown', (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[e.key];
    const at = cells.indexOf((box.getRootNode() as ShadowRoot).activeElement as HTMLButtonElement);
    const to = step && cells[at + step];
    if (!to)
      return;
    e.preventDefault();
    cells[at]!.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  });
  return box;
}
