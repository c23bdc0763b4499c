import { Customer, FileInfo, Hello, Problem } from './types';
import { language } from './words';

const PATIENCE_MS = 15_000;

async function problemOf(status: number, text: string): Promise<Problem> {
  try {
    const p = JSON.parse(text) as { code: string; title?: string; detail?: string };
    return new Problem(p.code, status, p.detail || p.title);
  } catch {
    return new Problem('HTTP', status);
  }
}

export interface HelloInput {
  shop: string;
  token?: string;
  customer?: Customer;
  page: string;
  lang: string;
}

export async function postHello(origin: string, input: HelloInput): Promise<Hello> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const r = await fetch(`${origin}/api/v1/visitor/hello`, {
      method: 'POST', credentials: 'omit', cache: 'no-store', signal: patience.signal, body: JSON.stringify(input),
      headers: { 'Content-Type': 'application/json', 'Accept-Language': language() },
    });
    const text = await r.text();
    if (!r.ok)
      throw await problemOf(r.status, text);
    return JSON.parse(text) as Hello;
  } finally {
    clearTimeout(timer);
  }
}

/** Stores one file; XMLHttpRequest because fetch tells nothing of the way up. */
export function putFile(origin: string, token: string, session: number, name: string, blob: Blob, progress: (part: number) => void): Promise<FileInfo> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open('PUT', `${origin}/api/v1/files?session_id=${session}&name=${encodeURIComponent(name)}`);
    x.setRequestHeader('Authorization', `Bearer ${token}`);
    x.setRequestHeader('Content-Type', 'application/octet-stream');
    x.setRequestHeader('Accept-Language', language());
    x.upload.onprogress = (e) => progress(e.loaded / (e.total || 1));
    x.onload = () => {
      if (x.status < 300)
        resolve(JSON.parse(x.responseText) as FileInfo);
      else
        void problemOf(x.status, x.responseText).then(reject);
    };
    x.onerror = x.ontimeout = x.onabort = () => reject(new Problem('NETWORK'));
    x.send(blob);
  });
}

const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const kept = new Map<number, Promise<string>>();

/**
 * An address for a stored file inside this page. The bytes become a blob of the page's own origin, hence never anything that a browser would
 * run: pictures by their four known types, all else as plain bytes to save.
 */
export function fileUrl(origin: string, token: string, id: number): Promise<string> {
  let url = kept.get(id);
  if (!url) {
    url = fetch(`${origin}/api/v1/files/${id}`, { credentials: 'omit', headers: { Authorization: `Bearer ${token}` } }).then(async (r) => {
      if (!r.ok)
        throw new Problem('HTTP', r.status);
      const type = (r.headers.get('Content-Type') || '').split(';')[0]!.trim();
      return URL.createObjectURL(new Blob([await r.arrayBuffer()], { type: IMAGES.includes(type) ? type : 'application/octet-stream' }));
    });
    url.catch(() => kept.delete(id));
    kept.set(id, url);
  }
  return url;
}

export const isImage = (type: string): boolean => IMAGES.includes(type);
