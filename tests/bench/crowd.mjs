// The driver of `crowd` (crowd.c).
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from './lib.mjs';

export class Crowd {
  constructor(port, count, shop, tls = false) {
    this.child = spawn(path.join(build, 'crowd'), [String(port), String(count), shop, ...(tls ? ['tls'] : [])], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.ended = new Promise((done) => this.child.on('exit', done));
  }

  /** Gives {ms, failed}. */
  async do(name, n = 0) {
    this.child.stdin.write(`${name} ${n}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the crowd ended at ' + name);
    return JSON.parse(value);
  }

  end() { this.child.stdin.end(); return this.ended; }
}
