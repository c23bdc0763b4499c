/** Bytes of files that wait to be stored by the centre: kept over a reload where IndexedDB is there, else as long as the page. */
const memory = new Map<string, Blob>();

function run<T>(mode: IDBTransactionMode, act: (s: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const none = () => resolve(undefined);
    try {
      const open = indexedDB.open('antball', 1);
      open.onupgradeneeded = () => open.result.createObjectStore('files');
      open.onerror = open.onblocked = none;
      open.onsuccess = () => {
        const db = open.result;
        const tx = db.transaction('files', mode);
        const asked = act(tx.objectStore('files'));
        tx.oncomplete = () => {
          db.close();
          resolve(asked.result);
        };
        tx.onerror = tx.onabort = none;
      };
    } catch {
      none();
    }
  });
}

export async function blobPut(cid: string, blob: Blob): Promise<void> {
  memory.set(cid, blob);
  await run('readwrite', (s) => s.put(blob, cid));
}

export async function blobGet(cid: string): Promise<Blob | undefined> {
  return memory.get(cid) || (await run<Blob | undefined>('readonly', (s) => s.get(cid)));
}

export async function blobDrop(cid: string): Promise<void> {
  memory.delete(cid);
  await run('readwrite', (s) => s.delete(cid));
}
