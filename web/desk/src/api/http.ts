import type { Routes } from './gen';

/* Every call of the HTTP interface. A refusal is a Refusal with the server's own words in the person's language. */
export interface Problem { title: string; status: number; code: string; detail?: string; field?: string; request_id?: string }

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | undefined;
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.code = problem.code;
    this.status = problem.status;
    this.field = problem.field || undefined;
  }
}

export interface Rows<T> { rows: T[]; next?: string | null }

type Params = Record<string, string | number | boolean | undefined | null>;

/*
 * gen.ts is printed by the server from its routes: a path that it does not serve, or a parameter that it does not take, does not compile.
 * "/sessions/{session_id}/close" stands for `/sessions/${string}/close`.
 */
type Filled<P extends string> = P extends `${infer Head}{${string}}${infer Tail}` ? `${Head}${string}${Filled<Tail>}` : P;
type PathOf<M extends string> = { [K in keyof Routes]: K extends `${M} /api/v1${infer P}` ? Filled<P> : never }[keyof Routes];
type InputOf<M extends string, P extends string> = { [K in keyof Routes]: K extends `${M} /api/v1${infer R}` ? (P extends Filled<R> ? Routes[K]['in'] : never) : never }[keyof Routes];
type KeysOf<T> = T extends object ? keyof T : never;
type Asked<M extends string, P extends string> = { [K in KeysOf<InputOf<M, P>>]?: unknown };
type Query<M extends string, P extends string> = { [K in KeysOf<InputOf<M, P>>]?: string | number | boolean | undefined | null };

const shared = { csrf: '', lang: 'zh', signedOut: () => {}, unreachable: 'network' };
export const httpSetup = (values: Partial<typeof shared>): void => void Object.assign(shared, values);

export function apiUrl(path: string, params?: Params): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params ?? {}))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const text = search.toString();
  return '/api/v1' + path + (text ? '?' + text : '');
}

export function headers(): Record<string, string> {
  return { 'Accept-Language': shared.lang, ...(shared.csrf ? { 'X-CSRF': shared.csrf } : {}) };
}

export async function problemOf(reply: Response): Promise<Refusal> {
  const text = await reply.text();
  return refusalOf(reply.status, text);
}

export function refusalOf(status: number, text: string): Refusal {
  try {
    const problem = JSON.parse(text) as Problem;
    if (problem.code) return new Refusal(problem);
  } catch { /* not ours: a proxy's page */ }
  return new Refusal({ title: `HTTP ${status}`, status, code: status === 401 ? 'SIGN_IN' : 'HTTP' });
}

interface Options { params?: Params; body?: unknown; raw?: BodyInit; type?: string; signal?: AbortSignal; text?: boolean; blob?: boolean }

async function call(method: string, path: string, o: Options): Promise<unknown> {
  const head = headers();
  let body: BodyInit | undefined = o.raw;
  if (o.raw !== undefined) head['Content-Type'] = o.type ?? 'application/octet-stream';
  else if (method !== 'GET') {
    head['Content-Type'] = 'application/json';
    body = JSON.stringify(o.body ?? {});
  }
  let reply: Response;
  try {
    reply = await fetch(apiUrl(path, o.params), { method, headers: head, body, signal: o.signal, credentials: 'same-origin' });
  } catch (e) {
    if (o.signal?.aborted) throw e;
    throw new Refusal({ title: shared.unreachable, status: 0, code: 'OFFLINE' });
  }
  if (!reply.ok) {
    const refusal = await problemOf(reply);
    if (refusal.code === 'SIGN_IN') shared.signedOut();
    throw refusal;
  }
  if (reply.status === 204) return undefined;
  return o.blob ? reply.blob() : o.text ? reply.text() : reply.json();
}

export const api = {
  get: <T, P extends PathOf<'GET'> = PathOf<'GET'>>(path: P, params?: Query<'GET', P>, signal?: AbortSignal) => call('GET', path, { params: params as Params, signal }) as Promise<T>,
  post: <T = void, P extends PathOf<'POST'> = PathOf<'POST'>>(path: P, body?: Asked<'POST', P>) => call('POST', path, { body }) as Promise<T>,
  patch: <T = void, P extends PathOf<'PATCH'> = PathOf<'PATCH'>>(path: P, body?: Asked<'PATCH', P>) => call('PATCH', path, { body }) as Promise<T>,
  put: <T = void, P extends PathOf<'PUT'> = PathOf<'PUT'>>(path: P, body?: Asked<'PUT', P>) => call('PUT', path, { body }) as Promise<T>,
  remove: (path: PathOf<'DELETE'>) => call('DELETE', path, {}) as Promise<void>,
  raw: <T, P extends PathOf<'POST'> = PathOf<'POST'>>(path: P, raw: BodyInit, type: string, params?: Query<'POST', P>) =>
    call('POST', path, { raw, type, params: params as Params }) as Promise<T>,
  blob: <P extends PathOf<'GET'>>(path: P, params?: Query<'GET', P>) => call('GET', path, { params: params as Params, blob: true }) as Promise<Blob>,
  text: <P extends PathOf<'GET'>>(path: P, params?: Query<'GET', P>) => call('GET', path, { params: params as Params, text: true }) as Promise<string>,
};

/* All pages of a list that is known to be short (people, shops, categories). */
export async function everyRow<T>(path: PathOf<'GET'>, params?: Query<'GET', PathOf<'GET'>>, signal?: AbortSignal): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Rows<T> = await (call('GET', path, { params: { ...params, cursor }, signal }) as Promise<Rows<T>>);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor && rows.length < 20000);
  return rows;
}

export interface Stored { file_id: number; name: string; type: string; size: number }

/* Upload of one file; progress 0..1. XMLHttpRequest because fetch tells nothing on the way up. */
export const upload = (file: File, sessionId: number, progress: (part: number) => void, signal?: AbortSignal): Promise<Stored> =>
  putFile<Stored>('/files', { session_id: sessionId, name: file.name || 'image.png' }, file, progress, signal);

export function putFile<T>(path: PathOf<'PUT'>, params: Params, file: File, progress: (part: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((done, failed) => {
    const xhr = new XMLHttpRequest();
    xhr.open('PUT', apiUrl(path, params));
    for (const [name, value] of Object.entries(headers())) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    xhr.upload.onprogress = (e) => { if (e.lengthComputable) progress(e.loaded / e.total); };
    xhr.onload = () => (xhr.status >= 200 && xhr.status < 300 ? done(JSON.parse(xhr.responseText) as T) : failed(refusalOf(xhr.status, xhr.responseText)));
    xhr.onerror = () => failed(new Refusal({ title: shared.unreachable, status: 0, code: 'OFFLINE' }));
    signal?.addEventListener('abort', () => xhr.abort());
    xhr.send(file);
  });
}
