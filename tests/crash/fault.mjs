// The count-downs of tests/crash/fault.c, from the side of the tests.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { binary, root } from '../lib/server.mjs';

export function buildFault(dir) {
  const so = path.join(dir, 'fault.so');
  execFileSync(process.env.CC_DISK ?? 'gcc', ['-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Wno-cast-function-type', '-O1', '-shared', '-fPIC', '-I', path.join(root, 'src'),
    '-I', path.join(path.dirname(binary), 'deps'), path.join(root, 'tests/crash/fault.c'), '-o', so, '-lpthread'], { stdio: ['ignore', 'inherit', 'inherit'] });
  return so;
}

export class Fault {
  constructor() {
    this.dir = mkdtempSync(path.join(os.tmpdir(), 'antball-fault-'));
    this.at = path.join(this.dir, 'door');
    // The library puts nothing in another's place: a sanitizer need not come before it.
    this.env = { LD_PRELOAD: buildFault(this.dir), ANTBALL_FAULT: this.at, ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` };
  }

  open() {
    return new Promise((done, failed) => {
      this.socket = net.connect(this.at, done).once('error', failed).on('data', (d) => this.answered?.(String(d))).on('close', () => this.lost?.(new Error('the server is gone')));
    });
  }

  ask(line) {
    return new Promise((done, failed) => {
      this.lost = failed;
      if (this.socket.destroyed) return failed(new Error('the server is gone'));
      this.answered = (text) => { const [memory, step] = text.split(' ').map(Number); done({ memory, step }); };
      this.socket.write(line + '\n');
    });
  }

  async arm(kind, n, error) { await this.ask(kind === 'memory' ? `memory ${n}` : `step ${n} ${error}`); }

  /** Turns the count-down off; true: the failure had happened. */
  async disarm(kind) { return (await this.ask(kind === 'memory' ? 'memory 0' : 'step 0 db'))[kind] <= 0; }

  remove() {
    this.socket?.destroy();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
