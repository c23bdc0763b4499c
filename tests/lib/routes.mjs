// What the program says of its own API, for tests that go through all of it: routes, socket commands, and values that fit their inputs.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openapi } from './client.mjs';
import { binary, root } from './server.mjs';

/** [{method, template, permission, parameters: [{name, in, required, schema}], body: schema|null, raw}] */
export const routes = Object.entries(openapi.paths).flatMap(([template, operations]) =>
  Object.entries(operations).filter(([, o]) => o['x-permission']).map(([method, o]) => ({
    method: method.toUpperCase(), template, permission: o['x-permission'], parameters: o.parameters ?? [],
    body: o.requestBody?.content?.['application/json']?.schema ?? null, raw: !!o.requestBody?.content?.['application/octet-stream'],
  })));

/** Socket commands: [{name, permission, takes: [names]}]; one name may have a form for visitors and one for people. */
export const commands = [...execFileSync(binary, ['describe', '--md'], { encoding: 'utf8', maxBuffer: 64 << 20 })
  .matchAll(/^### SOCKET (\S+)\n\n.*? Permission: (\w+)\..*?\n\n(?:Takes (.*)\n)?/gm)]
  .map(([, name, permission, takes]) => ({ name, permission, takes: [...(takes ?? '').matchAll(/`(\w+)\??`/g)].map((m) => m[1]) }));

function files(dir, end) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((f) => (f.isDirectory() ? files(path.join(dir, f.name), end) : f.name.endsWith(end) ? [path.join(dir, f.name)] : []));
}

/** Members that only the server fills: every "name:type@server" of a query. */
export const serverMembers = [...new Set(files(path.join(root, 'src'), '.sql').flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/(\w+):\w+\??@server/g)].map((m) => m[1])))].sort();

/** Columns of the record. */
export const columns = [...new Set(files(path.join(root, 'sql/migrations'), '.sql').flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/^ {2}([a-z_]+) +(?:INTEGER|BIGINT|TEXT|BOOLEAN)\b/gm)].map((m) => m[1])))].sort();

/** A value that a member of this schema takes; known: by name, first. */
export function fitting(name, schema, known = {}) {
  if (name in known) return known[name];
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'boolean') return false;
  if (schema.type === 'integer') return schema.minimum ?? 1;
  if (schema.type === 'string') return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
  return [];
}
