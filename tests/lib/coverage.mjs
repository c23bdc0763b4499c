// Which routes the run never hit: node coverage.mjs HITS. Fails when there is one.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { binary } from './server.mjs';

const hits = new Set(readFileSync(process.argv[2], 'utf8').split('\n'));
const declared = [...execFileSync(binary, ['describe', '--md'], { encoding: 'utf8', maxBuffer: 64 << 20 }).matchAll(/^### (\S+ \S+)$/gm)].map((m) => m[1]);
const missed = [...new Set(declared)].filter((route) => !hits.has(route));
console.log(`${declared.length} routes, ${missed.length} never hit`);
for (const route of missed) console.log('never hit: ' + route);
process.exit(missed.length ? 1 : 0);
