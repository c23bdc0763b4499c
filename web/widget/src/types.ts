/** What travels between the widget and the centre. Times are ms UTC, money integer minor units. */
export type Card =
  | { card: 'product'; sku: string; title: string; price?: number; image?: string; url?: string }
  | { card: 'order'; title: string; key?: string; amount?: number; status?: string; at?: number; items?: { title: string; quantity?: number; price?: number }[] };

export interface FileInfo {
  file_id: number;
  name: string;
  type: string;
  size: number;
}

export type Kind = 'text' | 'image' | 'file' | 'card' | 'event';

export interface Message {
  session_id: number;
  seq: number;
  at: number;
  sender: 'customer' | 'agent' | 'robot' | 'auto' | 'system';
  person_name?: string | null;
  kind: Kind;
  text?: string;
  data?: Partial<FileInfo> & Partial<Card> & { event?: string; person_name?: string; invite?: number };
  client_id?: string | null;
}

export interface Session {
  id: number;
  state: 'waiting' | 'offered' | 'open' | 'closed';
  seq: number;
  position: number;
  agent_name: string | null;
  started_at: number;
  closed_at: number | null;
  agent_read_seq: number;
  customer_read_seq: number;
  rated: boolean;
}

export interface Hello {
  token: string;
  ticket: string;
  customer_id: number;
  shop: { id: number; name: string; colour: string; currency: string; greeting: string; away_text: string; open: boolean; next_open_at?: number | null };
  session: Session | null;
  limits: { file_max: number; text_max: number };
}

export interface Customer {
  key: string;
  name?: string;
  phone?: string;
  email?: string;
  at: number;
  sign: string;
}

/** One message of the visitor that the centre has not acknowledged yet. */
export interface Item {
  cid: string;
  n: number; // order among all tabs
  at: number;
  kind: Exclude<Kind, 'event'>;
  text?: string;
  card?: Card;
  file?: FileInfo; // stored by the centre
  name?: string; // of a file that is not stored yet; its bytes lie in blobs.ts
  size?: number;
  sid?: number; // the session it was first sent into
  failed?: string; // why it will not go by itself, in words
}

export class Problem extends Error {
  constructor(readonly code: string, readonly status = 0, detail = '') {
    super(detail || code);
  }
}
