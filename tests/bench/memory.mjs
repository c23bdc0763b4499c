// The size of the binary with the web front ends, and the resident size of a server whose demo is loaded and nobody is there.
import { statSync } from 'node:fs';
import path from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { sleep } from '../lib/client.mjs';
import { Server, binary, run } from '../lib/server.mjs';
import { usage, verdict } from './lib.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-bench-')), db = path.join(dir, 'centre.db'), lines = path.join(dir, 'lines.jsonl');
try {
  for (const args of [['generate', lines], ['import', '--db', db, lines]]) {
    const r = await run(args);
    if (r.code) throw new Error(r.err);
  }
  const server = await new Server(dir, db, [], {}).start();
  await sleep(3000);
  const { rss } = usage(server.child.pid);
  await server.stop();
  const ok = [verdict('resident, idle, demo loaded', { floor: 96, aim: 48, measured: rss, unit: ' MB', digits: 1 }),
    verdict('binary with web front ends', { floor: 24, aim: 12, measured: statSync(binary).size / 1048576, unit: ' MB', digits: 1 })];
  process.exitCode = ok.every(Boolean) ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
