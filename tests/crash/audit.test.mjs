// The audit must be able to fail: a ledger and a record that agree are clean, and every kind of damage, done to one message, is named.
import test from 'node:test';
import assert from 'node:assert/strict';
import { audit, clean, counts, digest } from './audit.mjs';

/** Two chats of thirty messages each, half by the customer, half by agent 7; all acknowledged. */
function make() {
  const ledger = [], messages = [], sessions = new Map();
  for (const session of [1, 2]) {
    for (let seq = 1; seq <= 30; seq++) {
      const sender = seq % 2 ? 'customer' : 'agent', person = seq % 2 ? null : 7, text = `第${seq}句`, client_id = `c${seq}`;
      ledger.push({ session, sender, person, client_id, digest: digest(text), acks: [{ seq, at: 1000 + seq }], refused: null });
      messages.push({ session, sender, person, client_id, text, seq, at: 1000 + seq });
    }
    sessions.set(session, { id: session, seq: 30 });
  }
  return { ledger, record: { sessions, messages } };
}

const damages = {
  'an acknowledged message that is not there': ['lost', ({ record }) => record.messages.splice(10, 1)],
  'a message stored twice': ['twice', ({ record }) => { record.messages.push({ ...record.messages[10], seq: 31 }); record.sessions.get(1).seq = 31; }],
  'two messages in the wrong order': ['order', ({ record, ledger }) => {
    const [a, b] = [record.messages[10], record.messages[12]], [x, y] = [ledger[10], ledger[12]];
    [a.seq, b.seq, a.at, b.at] = [b.seq, a.seq, b.at, a.at];
    [x.acks, y.acks] = [y.acks, x.acks];
  }],
  'a changed text': ['changed', ({ record }) => { record.messages[10].text += '。'; }],
  'a text under another name': ['changed', ({ record }) => { record.messages[11].person = 8; }],
  'a number other than the acknowledged one': ['changed', ({ ledger }) => { ledger[10].acks.push({ seq: 99, at: 1011 }); }],
  'a hole in the numbers': ['holes', ({ record }) => { record.messages[29].seq = 31; record.sessions.get(1).seq = 31; }],
  'a session that counts otherwise': ['holes', ({ record }) => { record.sessions.get(2).seq = 29; }],
  'a message nobody sent': ['foreign', ({ record }) => { record.messages.push({ ...record.messages[10], client_id: 'x', seq: 31 }); record.sessions.get(1).seq = 31; }],
  'a message refused and yet stored': ['refused', ({ ledger }) => { ledger[10].acks = []; ledger[10].refused = 'WRONG_STATE'; }],
  'a message that never had an answer': ['unanswered', ({ ledger }) => { ledger[10].acks = []; }],
};

test('a ledger and a record that agree are clean', () => {
  const { ledger, record } = make();
  assert.ok(clean(audit(ledger, record)));
});

for (const [name, [kind, harm]] of Object.entries(damages))
  test(`${name} is found`, () => {
    const made = make();
    harm(made);
    assert.ok(counts(audit(made.ledger, made.record))[kind] > 0, JSON.stringify(counts(audit(made.ledger, made.record))));
  });
