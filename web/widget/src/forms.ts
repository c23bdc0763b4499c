import type { Chat } from './chat';
import { button, h } from './dom';
import { Problem, Session } from './types';
import { moment, say, Word } from './words';

/** The invitation to rate one session: stars as radio buttons, so that arrows and screen readers know them. */
export function rating(chat: Chat, session: Session, done: () => void): HTMLElement {
  let score = 0;
  const word = h('div', { class: 'word', 'aria-hidden': 'true' });
  const comment = h('textarea', { rows: 2, maxlength: 500, id: 'rc' });
  const error = h('div', { class: 'st bad', role: 'alert' });
  const submit = button(say('submit'), 'do', () => void send());
  const rest = h('div', { hidden: true }, word, h('label', { for: 'rc' }, say('comment')), comment);
  submit.disabled = true;
  const stars = [1, 2, 3, 4, 5].map((n) => {
    const meaning = say(`rate${n}` as Word);
    const input = h('input', { type: 'radio', name: 'score', value: n, 'aria-label': say('stars', n, meaning), onchange: () => pick(n, meaning) });
    return h('label', {}, input, h('span', { 'aria-hidden': 'true' }, '★'));
  });
  const pick = (n: number, meaning: string) => {
    score = n;
    word.textContent = meaning;
    submit.disabled = rest.hidden = false;
    stars.forEach((s, i) => s.classList.toggle('on', i < n));
    card.scrollIntoView({ block: 'nearest' });
  };
  const send = async () => {
    submit.disabled = true;
    try {
      await chat.rate(session, score, comment.value.trim());
    } catch (e) {
      if (e instanceof Problem && e.code === 'EXISTS') {
        session.rated = true;
        done();
        return;
      }
      submit.disabled = false;
      error.textContent = say('failed');
    }
  };
  const card = h('fieldset', { class: 'rate' }, h('legend', {}, say('rateTitle')), h('div', { class: 'stars' }, ...stars), rest, error, h('div', { class: 'acts' }, submit, button(say('dismiss'), 'plain', done)));
  return card;
}

/** Outside business hours. What is typed is kept until the centre has it. */
export function awayForm(chat: Chat): { node: HTMLElement; update(): void } {
  const node = h('form', { class: 'form', novalidate: true });
  const intro = h('p');
  const state = h('div', { role: 'status' });
  const kept = chat.store.away();
  const contact = h('input', { id: 'ac', maxlength: 200, autocomplete: 'email', placeholder: say('contactHint'), required: true });
  const text = h('textarea', { id: 'at', maxlength: 2000, required: true });
  contact.value = kept.contact;
  text.value = kept.text;
  const submit = h('button', { class: 'do', type: 'submit' }, say('awaySend'));
  const field = (label: string, input: HTMLInputElement | HTMLTextAreaElement) => {
    const error = h('div', { class: 'err', id: input.id + 'e' });
    input.setAttribute('aria-describedby', error.id);
    input.addEventListener('input', () => {
      error.textContent = '';
      input.removeAttribute('aria-invalid');
      chat.awaySent = false;
      chat.store.patch({ away: { contact: contact.value, text: text.value } });
      update();
    });
    return h('div', {}, h('label', { for: input.id }, label), input, error);
  };
  const complain = (input: HTMLElement) => {
    input.setAttribute('aria-invalid', 'true');
    input.nextElementSibling!.textContent = say('need');
    input.focus();
  };
  node.addEventListener('submit', (e) => {
    e.preventDefault();
    const empty = [contact, text].find((i) => !i.value.trim());
    if (empty)
      return complain(empty);
    chat.store.patch({ away: { contact: contact.value.trim(), text: text.value.trim(), wanted: true } });
    update();
    void chat.sendAway();
  });
  const update = () => {
    const rest = chat.takeFailed();
    if (rest) {
      text.value += rest;
      chat.store.patch({ away: { contact: contact.value, text: text.value } });
    }
    const shop = chat.shop;
    const next = shop && shop.next_open_at ? `\n${say('nextOpen', moment(shop.next_open_at))}` : '';
    intro.textContent = ((shop && shop.away_text) || say('awayText')) + next;
    const wanted = !!chat.store.away().wanted;
    submit.disabled = wanted;
    if (chat.awaySent && text.value && !wanted) {
      text.value = '';
      node.querySelector('h2')!.scrollIntoView({ block: 'nearest' });
    }
    const said = chat.awaySent ? say('awaySent') : wanted && !chat.link.up ? say('awayWaiting') : '';
    if (state.textContent !== said)
      state.textContent = said;
    state.className = chat.awaySent ? 'okay' : '';
    submit.textContent = say(chat.awaySent && !text.value ? 'awayMore' : 'awaySend');
  };
  node.append(h('h2', {}, say('awayTitle')), intro, state, field(say('contact'), contact), field(say('awayMessage'), text), submit);
  return { node, update };
}
