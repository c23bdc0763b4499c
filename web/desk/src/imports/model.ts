import type { Id } from '../api/types';

/* An import, its mapping and what was found in its file, as the server tells them. */
export interface FoundName { name: string; role: string; said: boolean; person_key: string; suggest: string; lines: number; sample: string }
export interface Mark { line: number; text: string; what: string; spans: [string, number, number][] }
export interface Findings {
  lines: number; messages: number; conversations: number; stray: number; tail: number; rejected: number; header: number; first_at: number; last_at: number; date_open: boolean; date_suggest: string; date_sample: string;
  refund_time_taken: boolean; types: Record<string, number>; columns: { name: string; member: string | null; sample: string }[]; names: FoundName[]; name_count: number; marks: Mark[];
  samples: { line: number; record: Record<string, unknown> }[]; rejects: { line: number; reason: string }[]; why: string;
}
export interface TypeCount { type: string; read: number; new: number; updated: number; unchanged: number; rejected: number; first_at: number; last_at: number }
export interface Counts { types?: TypeCount[]; sessions?: number; orders_linked?: number; unmapped?: number; tail?: number; stray?: number }
export interface ImportRow {
  id: Id; person_id: Id | null; person_name: string | null; shop_id: Id | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; state: string; phase: string; done: number; total: number;
  counts: Counts; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null;
}
export type Section = Record<string, unknown>;
export interface Source { files: string[]; format?: string; chat?: Section; table?: Section; [k: string]: unknown }
export interface Mapping { sources?: Source[]; [k: string]: unknown }
export interface ImportOne extends ImportRow { mapping: Mapping; findings: Partial<Findings> }
export interface SavedMapping { id: Id; name: string; kind: string; body: Mapping; person_name: string | null; updated_at: number }
export interface Template { key: string; name: string; kind: string; example: string; mapping: Mapping }
export interface ImportPerson { id: Id; key: string; name: string; account: string | null; kind: string }

export const busy = (state: string): boolean => ['checking', 'running', 'undoing'].includes(state);
export const open = (state: string): boolean => ['uploaded', 'checked', 'failed'].includes(state);
export const stateColour: Record<string, string> = { done: 'green', failed: 'red', kept: 'orange', running: 'processing', checking: 'processing', undoing: 'processing', checked: 'blue' };

export const sectionOf = (m: Mapping): Section => m.sources?.[0]?.chat ?? m.sources?.[0]?.table ?? {};
export const isChat = (m: Mapping): boolean => m.sources?.[0]?.chat !== undefined;
export const kindOf = (m: Mapping): string => (isChat(m) ? 'chats' : String(m.sources?.[0]?.table?.kind ?? 'mapping'));
/* The mapping with this section in place of the one that it has; a member without value goes. */
export function withSection(m: Mapping, change: Section): Mapping {
  const [first, ...rest] = m.sources ?? [];
  const source = first ?? { files: ['*'] };
  const name = source.chat ? 'chat' : 'table';
  const section = Object.fromEntries(Object.entries({ ...(source[name] as Section | undefined), ...change }).filter(([, v]) => v !== '' && v !== undefined && v !== null && v !== false));
  return { ...m, sources: [{ ...source, [name]: section }, ...rest] };
}
/* A saved mapping is for any file of its kind: the format is that of the file at hand. */
export const withFormat = (m: Mapping, format: string): Mapping => ({ ...m, sources: (m.sources ?? []).map((s) => (s.chat || s.table ? { ...s, format } : s)) });

export const tableMembers: Record<string, string[]> = {
  chats: ['speaker', 'time', 'text', 'customer', 'agent', 'role', 'conversation'],
  orders: ['order', 'sub_order', 'buyer', 'due', 'postage', 'paid', 'status', 'created', 'paid_at', 'closed_at', 'close_reason', 'title', 'sku', 'quantity', 'price', 'refund', 'refunded_at', 'note', 'flag'],
  refunds: ['refund', 'order', 'at', 'amount', 'kind', 'reason', 'state', 'agent'],
  ratings: ['customer', 'agent', 'at', 'score', 'comment', 'source'],
  calls: ['call', 'customer', 'agent', 'at', 'answered_at', 'ended_at', 'queued', 'talk', 'hold', 'wrapup', 'end'],
  figures: ['agent', 'day'],
};

export const countSum = (c: Counts, key: 'new' | 'updated' | 'unchanged' | 'rejected'): number => (c.types ?? []).reduce((n, x) => n + x[key], 0);
