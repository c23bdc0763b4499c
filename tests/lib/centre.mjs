// A small centre to test chats in: an administrator, a shop, groups, people signed in with their sockets, visitors with theirs.
import { startServer } from './server.mjs';
import { Client } from './client.mjs';

const password = 'correct horse battery';
let clients = 0;

export class Centre {
  constructor(server) {
    this.server = server;
    this.admin = new Client(server);
    this.shops = {};
    this.groups = {};
  }

  static async start(options) {
    const c = new Centre(await startServer(options));
    try {
      await c.admin.setup();
    } catch (e) {
      await c.server.remove();
      throw e;
    }
    return c;
  }

  remove() { return this.server.remove(); }

  async shop(key, more = {}) {
    const { id } = await this.admin.post('shops', { key, name: '店' + key, greeting: '您好，很高兴为您服务', ...more });
    return (this.shops[key] = id);
  }

  async group(key, shops) {
    const { id } = await this.admin.post('groups', { key, name: '组' + key, shops });
    return (this.groups[key] = id);
  }

  async roleId(key) {
    this.roles ??= (await this.admin.get('roles')).rows;
    return this.roles.find((r) => r.key === key).id;
  }

  /** A person signed in; with a socket unless socket is false. */
  async person(account, { role = 'agent', socket = true, online = false, ...more } = {}) {
    const { id } = await this.admin.post('people', { account, name: more.name ?? account, role_id: await this.roleId(role), password, ...more });
    const c = new Client(this.server);
    await c.login(account, password);
    if (c.me.must_change) {
      await c.post('me/password', { old: password, new: password + ' staple' });
      await c.login(account, password + ' staple');
    }
    c.id = id;
    if (socket) c.live = await c.socket();
    if (online) await c.post('me/state', { state: 'online' });
    return c;
  }

  /** A visitor of a shop, greeted and connected. */
  async visitor(shop, more = {}) {
    const v = new Client(this.server);
    v.hello = await v.post('visitor/hello', { shop, ...more });
    v.token = v.hello.token;
    v.live = await v.socket(v.hello.ticket);
    v.open = async (page = '') => (v.session = await v.live.do('chat_open', { page }));
    v.say = (text, client_id = `c${++clients}`) => v.live.do('message_send', { session_id: v.session.id, client_id, kind: 'text', text });
    v.heard = () => v.live.do('message_list', { session_id: v.session.id, after_seq: 0 }).then((r) => r.rows);
    return v;
  }
}

export function say(person, session_id, text, more = {}) {
  return person.live.do('message_send', { session_id, client_id: `a${++clients}`, kind: 'text', text, ...more });
}

export const isMessage = (text) => (e) => e.event === 'message' && e.data?.text === text;
