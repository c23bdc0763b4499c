import { createStore } from '../lib/store';
import { prefNames, prefRead, prefWrite } from '../lib/prefs';

/* What is being written, per session; kept in the browser. phrase: which phrase the text began as. */
export interface Draft { text: string; phrase?: { id: number; text: string } }
export const draftStore = createStore<{ drafts: Record<number, Draft>; focus: number }>({ drafts: readAll(), focus: 0 });

function readAll(): Record<number, Draft> {
  const drafts: Record<number, Draft> = {};
  for (const name of prefNames('draft.')) {
    const draft = prefRead<Draft | null>(name, null);
    if (draft?.text) drafts[Number(name.slice('draft.'.length))] = draft;
  }
  return drafts;
}

const empty: Draft = { text: '' };
export const useDraft = (id: number): Draft => draftStore.use((s) => s.drafts[id]) ?? empty;

export function draftSet(id: number, text: string, phrase?: Draft['phrase']): void {
  const before = draftStore.get().drafts[id];
  const kept = phrase ?? (before?.phrase && text.includes(before.phrase.text) ? before.phrase : undefined);
  const draft: Draft = { text, phrase: kept };
  draftStore.set((s) => {
    const { [id]: _, ...others } = s.drafts;
    return { drafts: text ? { ...others, [id]: draft } : others };
  });
  prefWrite(`draft.${id}`, text ? draft : null);
}

/* Text put in from beside: after what is written already, and the person goes on in the field. */
export function draftInsert(id: number, text: string, phraseId?: number): void {
  const before = draftStore.get().drafts[id]?.text ?? '';
  const joint = before && !/\s$/.test(before) ? '\n' : '';
  draftSet(id, before + joint + text, phraseId ? { id: phraseId, text } : undefined);
  draftFocus();
}

export const draftFocus = (): void => draftStore.set((s) => ({ focus: s.focus + 1 }));
