import { useEffect } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Note, Session } from '../api/types';
import { useRemote } from '../lib/remote';
import { boxStore } from '../live/boxes';
import { liveCall, liveOn } from '../live/socket';
import { talkClose, talkOpen } from '../live/talks';
import { Loaded } from '../ui/parts';
import { MessageList } from './MessageList';

/* A session to read, live while it goes on. target: the line to show. */
export function Transcript({ id, target }: { id: number; target?: number }) {
  const session = useRemote(`session ${id}`, (signal) => api.get<Session>(`/sessions/${id}`, undefined, signal));
  const notes = useRemote(`notes ${id}`, (signal) => api.get<Rows<Note>>(`/sessions/${id}/notes`, undefined, signal).catch(() => ({ rows: [] })));
  const newer = boxStore.use((s) => s.sessions[id]);
  useEffect(() => {
    void talkOpen(id, target);
    const watch = () => void liveCall('watch', { session_id: id }).catch(() => {});
    watch();
    const off = liveOn('ready', watch);
    return () => {
      off();
      void liveCall('unwatch', { session_id: id }).catch(() => {});
      if (!location.pathname.endsWith(`/desk/s/${id}`)) talkClose(id);
    };
  }, [id, target]);
  return <Loaded from={session} rows={8}>{(s) => <div className="talk"><MessageList session={newer ?? s} mine={false} notes={notes.data?.rows ?? []} target={target} quiet /></div>}</Loaded>;
}
