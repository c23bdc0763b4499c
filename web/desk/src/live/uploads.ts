import { upload } from '../api/http';
import { createStore } from '../lib/store';
import { t } from '../i18n';
import { limitStore } from './limits';
import { outboxAdd } from './outbox';

/* Files on their way up; once stored they become an outgoing line. */
export interface Upload { key: number; session_id: number; file: File; part: number; error: string; abort: AbortController }
export const uploadStore = createStore<{ uploads: Upload[] }>({ uploads: [] });

let nextKey = 1;
const patch = (key: number, change: Partial<Upload>): void =>
  uploadStore.set((s) => ({ uploads: s.uploads.map((u) => (u.key === key ? { ...u, ...change } : u)) }));

export const uploadDrop = (key: number): void => {
  uploadStore.get().uploads.find((u) => u.key === key)?.abort.abort();
  uploadStore.set((s) => ({ uploads: s.uploads.filter((u) => u.key !== key) }));
};

const inline = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

async function pictureSize(file: File): Promise<{ width?: number; height?: number }> {
  try {
    const picture = await createImageBitmap(file);
    const size = { width: picture.width, height: picture.height };
    picture.close();
    return size;
  } catch {
    return {};
  }
}

async function run(u: Upload): Promise<void> {
  const most = limitStore.get().upload_max_mb;
  if (u.file.size > most * 1024 * 1024) return patch(u.key, { error: t().desk.composer.tooLarge(most) });
  try {
    const stored = await upload(u.file, u.session_id, (part) => patch(u.key, { part }), u.abort.signal);
    const image = inline.has(stored.type);
    const size = image ? await pictureSize(u.file) : {};
    uploadDrop(u.key);
    outboxAdd({ session_id: u.session_id, kind: image ? 'image' : 'file', text: '', data: { ...stored, ...size } });
  } catch (e) {
    if (!u.abort.signal.aborted) patch(u.key, { error: (e as Error).message });
  }
}

export function uploadAdd(sessionId: number, files: Iterable<File>): void {
  for (const file of files) {
    const u: Upload = { key: nextKey++, session_id: sessionId, file, part: 0, error: '', abort: new AbortController() };
    uploadStore.set((s) => ({ uploads: [...s.uploads, u] }));
    void run(u);
  }
}

export function uploadRetry(key: number): void {
  const u = uploadStore.get().uploads.find((x) => x.key === key);
  if (!u) return;
  patch(key, { error: '', part: 0 });
  void run(u);
}
