// The disk of tests/crash/disk.c, from the side of the tests.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../lib/server.mjs';

const KIND_WRITE = 1;

function build(dir) {
  const so = path.join(dir, 'disk.so');
  execFileSync(process.env.CC_DISK ?? 'gcc', ['-std=gnu17', '-Wall', '-Wextra', '-Werror', '-O1', '-shared', '-fPIC', path.join(root, 'tests/crash/disk.c'), '-o', so, '-ldl', '-lpthread'], { stdio: ['ignore', 'inherit', 'inherit'] });
  return so;
}

/** The first n entries of what was written and not synced, onto the bytes that were. */
function replay(bytes, pending, n) {
  let at = 0;
  for (let i = 0; i < n && at + 24 <= pending.length; i++) {
    const [kind, offset, size] = [0, 8, 16].map((o) => Number(pending.readBigUInt64LE(at + o)));
    at += 24;
    if (kind !== KIND_WRITE) {
      bytes = offset <= bytes.length ? bytes.subarray(0, offset) : Buffer.concat([bytes, Buffer.alloc(offset - bytes.length)]);
      continue;
    }
    if (offset + size > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(offset + size - bytes.length)]);
    pending.copy(bytes, offset, at, at + size);
    at += size;
  }
  return bytes;
}

function entries(pending) {
  let n = 0;
  for (let at = 0; at + 24 <= pending.length; n++) at += 24 + (Number(pending.readBigUInt64LE(at)) === KIND_WRITE ? Number(pending.readBigUInt64LE(at + 16)) : 0);
  return n;
}

export class Disk {
  constructor() {
    this.dir = mkdtempSync(path.join(os.tmpdir(), 'antball-disk-'));
    this.mode('n');
    this.env = { LD_PRELOAD: build(this.dir), ANTBALL_DISK: this.dir };
  }

  /** n honest, l lies, e fails to sync, f full; at once, in the running server. */
  mode(letter) { writeFileSync(path.join(this.dir, 'mode'), letter, { flag: existsSync(path.join(this.dir, 'mode')) ? 'r+' : 'w' }); }

  /**
   * The process is dead: what stands in dir becomes what the disk held when the power went: all that was synced, and of the rest, in the order of
   * writing, as much as chance lets through. Returns how many writes were lost.
   */
  cut(dir, chance) {
    let lost = 0;
    for (const name of readdirSync(dir).filter((f) => /\.db(-wal|-journal|-shm)?$/.test(f))) {
      const held = path.join(this.dir, name);
      const there = path.join(dir, name);
      if (!existsSync(held)) {
        rmSync(there);
        continue;
      }
      const pending = readFileSync(held + '.pending');
      const all = entries(pending), kept = Math.floor(chance() * (all + 1));
      const bytes = replay(readFileSync(held), pending, kept);
      lost += all - kept;
      writeFileSync(there, bytes);
      writeFileSync(held, bytes);
      writeFileSync(held + '.pending', '');
    }
    return lost;
  }

  remove() { rmSync(this.dir, { recursive: true, force: true }); }
}
