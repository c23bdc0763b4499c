// Starts the real binary on a free port with a data directory of its own, on SQLite, or on PostgreSQL when ANTBALL_TEST_PG holds the URL of a
// throw-away cluster (a database of its own is made there for each server, as a copy of ANTBALL_TEST_PG_TEMPLATE if that is given).
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.ANTBALL_BIN ?? path.join(root, 'build/antball');
export const shared = process.env.ANTBALL_SHARED ?? path.resolve(root, '../shared');
export const kind = process.env.ANTBALL_TEST_PG ? 'postgresql' : 'sqlite';

let databases = 0;

function psql(sql) {
  return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-c', sql, process.env.ANTBALL_TEST_PG], { encoding: 'utf8' });
}

/** Up to date already where there is a template to copy; empty: in any case without a table. */
export function newDatabase(dir, { empty = false } = {}) {
  if (kind === 'sqlite') return path.join(dir, 'centre.db');
  const name = `t${process.pid}_${Date.now().toString(36)}_${databases++}`;
  psql(`CREATE DATABASE ${name} TEMPLATE ${(!empty && process.env.ANTBALL_TEST_PG_TEMPLATE) || 'template0'} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`);
  const url = new URL(process.env.ANTBALL_TEST_PG);
  url.pathname = '/' + name;
  return url.toString();
}

export function dropDatabase(url) {
  if (!url.startsWith('postgresql:')) return;
  psql(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

/** Runs a command of the binary to its end; returns {code, out, err}. */
export function run(args, options = {}) {
  return new Promise((done) => {
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '', err = '';
    child.stdout.on('data', (d) => (out += d));
    child.stderr.on('data', (d) => (err += d));
    child.on('close', (code) => done({ code, out, err }));
  });
}

export class Server {
  constructor(dir, db, args, env) {
    Object.assign(this, { dir, db, args, env, log: '', setupToken: null, url: null, child: null, port: 0 });
  }

  async start() {
    const args = ['serve', '--data', this.dir, '--db', this.db, '--port', String(this.port), '--rate_per_s', '0', '--password_mb', '1', '--reserve_mb', '1', ...this.args];
    this.child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.env } });
    this.exited = new Promise((done) => this.child.on('exit', (code, signal) => done({ code, signal })));
    let out = '';
    this.child.stderr.on('data', (d) => (this.log += d));
    await new Promise((ready, failed) => {
      const late = setTimeout(() => failed(new Error('server did not start:\n' + out + this.log)), 30000);
      const look = () => {
        const url = /Antball serves (\S+)\n/.exec(out);
        if (!url) return;
        clearTimeout(late);
        this.url = url[1];
        this.port = Number(new URL(this.url).port);
        // The line of the first run follows in the same write, or there is none.
        this.setupToken = /setup#(\S+)/.exec(out)?.[1] ?? null;
        ready();
      };
      this.child.stdout.on('data', (d) => { out += d; look(); });
      this.exited.then(({ code, signal }) => { clearTimeout(late); failed(new Error(`server ended (${code ?? signal}):\n${out}${this.log}`)); });
    });
    return this;
  }

  /** Ends it as an operator would. */
  async stop() {
    if (!this.child) return { code: 0 };
    this.child.kill('SIGTERM');
    const end = await this.exited;
    this.child = null;
    if (end.code !== 0) throw new Error(`the server ended with ${end.code ?? end.signal}:\n${this.log.slice(-6000)}`);
    return end;
  }

  /** Ends it as a power cut would. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.exited;
    this.child = null;
  }

  /** Ends it and removes all that it kept. */
  async remove() {
    const end = await this.stop();
    dropDatabase(this.db);
    rmSync(this.dir, { recursive: true, force: true });
    return end;
  }
}

export async function startServer({ args = [], env = {}, dir = mkdtempSync(path.join(os.tmpdir(), 'antball-')), db } = {}) {
  return new Server(dir, db ?? newDatabase(dir), args, env).start();
}
