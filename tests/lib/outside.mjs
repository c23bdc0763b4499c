// The world outside, on loopback: a group robot's server and a mail server that remember what they were sent.
import http from 'node:http';
import net from 'node:net';

const listening = (s) => new Promise((done) => s.listen(0, '127.0.0.1', () => done(s.address().port)));

/** answers: [status, body] for the next requests in turn, then ok. */
export async function robot() {
  const heard = [], answers = [];
  const server = http.createServer((rq, rs) => {
    let body = '';
    rq.on('data', (d) => (body += d));
    rq.on('end', () => {
      heard.push({ url: rq.url, at: Date.now(), type: rq.headers['content-type'], body: JSON.parse(body) });
      const [status, text] = answers.shift() ?? [200, '{"errcode":0,"code":0,"errmsg":"ok"}'];
      rs.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
      rs.end(text);
    });
  });
  const port = await listening(server);
  const stop = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
  return { heard, answers, port, url: (path = '/robot') => `http://127.0.0.1:${port}${path}`, stop };
}

/** replies: texts to say instead of "250 ok" after DATA, in turn. */
export async function mailbox() {
  const mails = [], replies = [], sockets = new Set();
  const server = net.createServer((c) => {
    let text = '', data = false, mail = { to: [] };
    sockets.add(c);
    c.on('close', () => sockets.delete(c));
    c.on('error', () => {});
    c.write('220 outside\r\n');
    const line = (l) => {
      const word = l.slice(0, 4).toUpperCase();
      if (word === 'EHLO') c.write('250-outside\r\n250 8BITMIME\r\n');
      else if (word === 'MAIL') { mail = { from: l, to: [] }; c.write('250 ok\r\n'); }
      else if (word === 'RCPT') { mail.to.push(/<(.*)>/.exec(l)[1]); c.write('250 ok\r\n'); }
      else if (word === 'DATA') { data = true; c.write('354 go\r\n'); }
      else if (word === 'QUIT') { c.write('221 bye\r\n'); c.end(); }
      else c.write('250 ok\r\n');
    };
    c.on('data', (d) => {
      text += d.toString('latin1');
      for (;;) {
        if (data) {
          const end = text.indexOf('\r\n.\r\n');
          if (end < 0) return;
          mail.text = text.slice(0, end);
          text = text.slice(end + 5);
          data = false;
          const reply = replies.shift() ?? '250 ok';
          if (reply.startsWith('250')) mails.push(mail);
          c.write(reply + '\r\n');
          continue;
        }
        const end = text.indexOf('\r\n');
        if (end < 0) return;
        const l = text.slice(0, end);
        text = text.slice(end + 2);
        line(l);
      }
    });
  });
  const port = await listening(server);
  const stop = () => new Promise((done) => { for (const s of sockets) s.destroy(); server.close(done); });
  return { mails, replies, port, url: `smtp://127.0.0.1:${port}`, stop };
}

/** A mail's headers and its parts: [{type, name, bytes}]. */
export function openMail(text) {
  const cut = text.indexOf('\r\n\r\n'), head = text.slice(0, cut);
  const header = (name) => new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, 'mi').exec(head)?.[1].replace(/\r\n\s+/g, ' ');
  const words = (s) => s.replace(/\?=\s+=\?/g, '?==?').replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b) => Buffer.from(b, 'base64').toString('latin1'));
  const boundary = /boundary="?([^";\r\n]+)/.exec(header('content-type'))?.[1];
  const parts = text.split('--' + boundary).slice(1, -1).map((p) => {
    const at = p.indexOf('\r\n\r\n');
    return { type: /content-type: ([^;\r\n]*)/i.exec(p)?.[1], name: /filename="([^"]*)"/.exec(p)?.[1], bytes: Buffer.from(p.slice(at).replace(/\s/g, ''), 'base64') };
  });
  return { subject: Buffer.from(words(header('subject')), 'latin1').toString('utf8'), from: header('from'), to: header('to'), id: header('message-id'), parts };
}
