/* The shapes of the HTTP and socket interface. Times are ms UTC, money is minor units, ids are numbers. */
export type Id = number;
export type Lang = 'zh' | 'en';
export type AgentState = 'online' | 'paused' | 'wrapup' | 'offline';
export type Scope = 'own' | 'group' | 'shop' | 'all';

export interface ShopRef { id: Id; key: string; name: string; colour: string; timezone: string; cut_hour: number }

export interface Me {
  person_id: Id; account: string | null; name: string; lang: Lang; role_key: string | null; role_name: string | null; role_name_en: string | null; scope: Scope; permissions: string[];
  group_id: Id | null; group_name: string | null; shops: ShopRef[]; csrf: string; must_change: boolean; capacity: number;
  state: AgentState; state_reason: string; state_at: number | null;
}

export interface Login { id: Id; address: string; browser: string; created_at: number; seen_at: number; current?: boolean }

export interface Skill { id: Id; name: string }

export interface Person {
  id: Id; key: string; account: string | null; name: string; kind: 'human' | 'robot' | 'platform'; role_id: Id | null; role_key: string | null;
  role_name: string | null; role_name_en: string | null; group_id: Id | null; group_name: string | null; lang: Lang; capacity: number; shops: Id[];
  skills: { id: Id; level: number }[]; disabled_at: number | null; left_at: number | null; state: AgentState | null;
}

export interface ImportLine { line: number; account: string; name: string; result: 'new' | 'updated' | 'rejected'; reason: string; link?: string | null }
export interface PeopleImport { rows: ImportLine[]; created: number; updated: number; rejected: number }

export interface Group { id: Id; key: string; name: string; shops: Id[]; people: number; closed_at: number | null }
export interface Role { id: Id; key: string; name: string; name_en: string; scope: Scope; permissions: string[]; builtin: boolean; people: number }
export interface Permission { name: string; zh: string; en: string }

export interface Shop {
  id: Id; key: string; name: string; timezone: string; cut_hour: number; profile: string; currency: string; colour: string; greeting: string;
  greeting_en: string; away_text: string; away_text_en: string; origins: string; routing_mode: 'assign' | 'offer'; return_days: number;
  open_now: boolean; closed_at: number | null;
}
export interface Widget { script: string; visitor_key: string }
export interface Span { weekday: number; from_min: number; to_min: number }
export interface SpecialDay { day: string; like_weekday: number | null; note: string }
export interface Hours { spans: Span[]; days: SpecialDay[] }

export interface Category { id: Id; key: string; name: string; name_en: string; sort: number; closed_at: number | null }
export interface TagRow { id: Id; name: string; colour: string }
export interface Setting {
  name: string; value: string; default: string; type: 'int' | 'bool' | 'text'; min?: number | null; max?: number | null; help_zh: string; help_en: string;
  dated: boolean; from?: string | null; next_value?: string | null; next_from?: string | null; /* dated: changed from a business day on */
}
export interface RuleVersion { id: Id; name: string; from: string; value: string; before: string; state: 'past' | 'present' | 'future'; set_at: number; set_by_name: string | null }
/* Days of a report that were counted by other rules than its others: a shop's by another profile, or all by other settings. */
export interface RuleSpan { from: string; to: string; shop_id?: Id; shop_name?: string; profile?: string; settings?: Record<string, string | number | boolean> }
export interface AuditRow {
  id: Id; at: number; person_name: string | null; action: string; subject_kind: string; subject_id: Id | null; subject_name: string | null; detail: unknown; address: string;
}

export type SessionState = 'waiting' | 'offered' | 'open' | 'closed';
export type Sender = 'customer' | 'agent' | 'robot' | 'auto' | 'system';

export interface Session {
  id: Id; shop_id: Id; shop_name: string; shop_colour: string; customer_id: Id; customer_name: string; customer_flag: string; channel: string;
  state: SessionState; agent_id: Id | null; agent_name: string | null; group_id: Id | null; group_name: string | null; skill_name: string | null; priority: number; seq: number;
  started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number;
  last_sender: Sender | ''; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: Id | null;
  tags: string[]; page: string; closed_at: number | null; close_note: string;
}

export interface FileData { file_id: Id; name: string; type: string; size: number; width?: number; height?: number }
export interface ProductCard { card: 'product'; sku: string; title: string; price: number; currency?: string }
export interface OrderCard { card: 'order'; key: string; amount: number; currency?: string; status?: string; at?: number; title?: string; quantity?: number }
export type Card = ProductCard | OrderCard;
export interface EventData { event: string; person_name?: string; to_name?: string; from_name?: string; reason?: string; note?: string; score?: number; comment?: string; [k: string]: unknown }

export type MessageKind = 'text' | 'image' | 'file' | 'card' | 'event';
export interface Message {
  id?: Id; session_id: Id; seq: number; at: number; sender: Sender; person_id: Id | null; person_name: string | null; kind: MessageKind; text: string;
  data: FileData | Card | EventData | null; client_id: string | null;
}

export interface Counts { mine: number; waiting: number; group: number; unread: number }
export type Box = 'mine' | 'waiting' | 'group' | 'closed';
export interface Inbox { rows: Session[]; next?: string | null; looked_to?: number | null; counts: Counts }

export interface Note { id: Id; at: number; person_id: Id; person_name: string; text: string }
export interface RoutingLine { at: number; what: string; person_name: string | null; reason: string }
export interface Target { kind: 'person' | 'group'; id: Id; name: string; state: AgentState | null; open: number; capacity: number }

export interface Customer {
  id: Id; shop_id: Id; shop_name: string; key: string; name: string; phone: string | null; email: string | null; segment: string | null;
  age_band: string | null; lang: string; note: string; flag: string; blocked_at: number | null; created_at: number; sessions: number; orders: number;
  spent: number;
}
export interface OrderItem { sku: string; title: string; quantity: number; price: number }
export interface Refund { key: string; at: number; amount: number; kind: string; state: string; reason: string }
export interface Order {
  id: Id; key: string; at: number; amount: number; postage: number; currency: string; items: OrderItem[]; flag: string; note: string;
  status: 'created' | 'paid' | 'refunding' | 'refunded' | 'closed'; paid_at: number | null; paid_amount: number | null; refunds: Refund[];
}

export interface Phrase { id: Id; person_id: Id | null; shop_id: Id | null; code: string; text: string; folder: string; used: number }
export interface PhraseImport { created: number; updated: number; unchanged: number; rejected: { line: number; reason: string }[] }
export interface Knowledge { id: Id; shop_id: Id; kind: string; title: string; body: unknown }
export interface Product { id: Id; sku: string; title: string; price: number; currency: string; detail: unknown }
export interface AwayForm {
  id: Id; shop_id: Id; shop_name?: string; customer_id: Id; customer_name?: string; at: number; contact: string; text: string;
  done_at: number | null; done_by?: Id | null; done_by_name?: string | null;
}

export interface Hit {
  session_id: Id; seq: number; at: number; sender: Sender; person_name: string | null; customer_name: string; shop_name: string; shop_colour: string;
  text: string;
}

export interface BoardShop { id: Id; name: string; colour: string; waiting: number; oldest_ms: number | null; open: number }
export interface BoardGroup { id: Id; name: string; waiting: number; oldest_ms: number | null; open: number; online: number }
export interface BoardAgent {
  id: Id; name: string; group_id: Id | null; group_name: string | null; state: AgentState; reason: string; since: number; open: number; capacity: number;
  oldest_unanswered_ms: number | null; today_received: number; today_first_reply_ms: number | null; today_avg_reply_ms: number | null;
}
export interface BoardAlert { kind: string; text_zh: string; text_en: string; session_id?: Id | null; agent_id?: Id | null }
export interface BoardToday {
  received: number; answered: number; waiting: number; unanswered: number; first_reply_ms: number | null; avg_reply_ms: number | null;
  within_30s: number | null; within_180s: number | null;
}
export interface Board { at: number; shops: BoardShop[]; groups: BoardGroup[]; agents: BoardAgent[]; alerts: BoardAlert[]; today: BoardToday }
export interface PaceRow extends Metric { now: number | null; last_week: number | null }
export interface Pace { at: number; day: string; last_day: string; last_until: number; rows: PaceRow[] }
export type AlertMetric = 'waiting' | 'longest_wait_s' | 'open_per_agent' | 'answered_within';
export interface AlertRule {
  id: Id; metric: AlertMetric; op: 'above' | 'below'; value: number; hold_s: number; shop_id: Id | null; group_id: Id | null; delivery_id: Id | null; in_page: boolean; owner_id: Id; owner_name: string; mine: boolean;
  firing_since: number | null;
}
export interface AlertTurn { alert_id: Id; metric: AlertMetric; firing: boolean; value: number; threshold: number; since: number; text_zh: string; text_en: string }
export interface AlertPast { id: Id; alert_id: Id; metric: AlertMetric; since: number; until: number | null; value: number; worst: number }
export type Way = 'mail' | 'dingtalk' | 'feishu' | 'wecom';
export interface Schedule { every: 'daily' | 'weekly' | 'monthly'; at: string; weekday?: number; day?: number }
export interface Delivery {
  id: Id; name: string; kind: 'digest' | 'design'; design_id: Id | null; design_name: string | null; owner_id: Id; owner_name: string; mine: boolean; channel: Way; target: string; has_secret: boolean; schedule: Schedule;
  timezone: string; shop_id: Id | null; lang: string; attach: boolean; next_at: number; last_at: number | null; last_state: string; last_error: string; paused: boolean;
}
export interface DeliveryJob { id: Id; kind: 'scheduled' | 'test' | 'alert'; state: string; tries: number; error: string; created_at: number; due_at: number; finished_at: number | null }
export interface DeliveryWays { mail: boolean; robot_hosts: string }
export interface MonthClosed {
  id: Id; shop_id: Id; shop_name: string; month: string; closed_at: number; closed_by: Id; closed_by_name: string; profile: string; attribution: string; note: string; restated: number;
}

export interface MonthSide { value: number | null | 'pending'; sum: number; count: number }
export interface MonthRow { agent_id: Id; agent_name: string | null; values: Record<string, number | null | 'pending'>; counts: Record<string, { sum: number; count: number }> }
export interface MonthChange { id?: Id; at?: number; found_by_name?: string; agent_id: Id; agent_name: string | null; metric: string; before: MonthSide; after: MonthSide }
export interface MonthOne extends Omit<MonthClosed, 'restated'> { rules: Record<string, unknown>; header: Report['header']; rows: MonthRow[]; restatements: MonthChange[]; open: MonthChange[] }

export interface Metric {
  key: string; name_zh: string; name_en: string; definition_zh: string; definition_en: string; unit: 'count' | 'ms' | 'ratio' | 'money' | 'chars';
  direction: 'up' | 'down' | 'none'; brief?: boolean;
  group?: 'service' | 'sales' | 'satisfaction' | 'workload' | 'calls' | 'robot';
}
export type Value = number | null | 'pending';
export interface ReportLine { by: Record<string, string | number | null>; values: Record<string, Value>; counts: Record<string, { sum: number; count: number }> }
export interface Report {
  header: {
    profile: string; from?: string; to?: string; hours_from?: number; hours_to?: number; filtered?: Record<string, number>;
    shops?: { shop_id: Id; shop_name: string; profile: string }[]; attribution?: string; windows?: Record<string, number>;
    rows?: number; versions?: RuleSpan[]; version_settings?: Record<string, string>;
    sales?: { candidates: string; refunds: string; postage: boolean; orders_left_out: Record<string, number> }; [k: string]: unknown;
  };
  columns: string[]; rows: ReportLine[]; total: Omit<ReportLine, 'by'>; next?: string;
}

/* An order behind a figure. agent: who made that figure; owners under each rule, 0 nobody. */
export interface SoldOrder {
  id: Id; key: string; shop_id: Id; shop_name: string; shop_colour: string; customer_id: Id; customer_name: string; created_at: number; paid_at: number | null; amount: number; items: number;
  refunded: number; note: string; agent_id: Id | null; agent_name: string | null; session_id: Id | null; owner_created: Id; owner_created_first: Id; owner_paid: Id; silent: boolean;
  cells: { cell: string; agent_id: Id; agent_name: string }[]; assists: { kind: string; agent_id: Id; agent_name: string }[];
  refunds: { at: number; amount: number; items: number; kind: string; completed: boolean; reason: string }[];
}
/* A call behind a figure. agent: whose it was. */
export type CallEnd = 'answered' | 'abandoned' | 'busy' | 'failed';
export interface PhoneCall {
  id: Id; key: string; shop_id: Id; shop_name: string; shop_colour: string; customer_id: Id; customer_name: string; at: number; answered_at: number | null; ended_at: number; end: CallEnd; queued_ms: number;
  talk_ms: number; hold_ms: number; wrapup_ms: number; agent_id: Id | null; agent_name: string | null;
}
export interface ReasonLine { reason: string; orders: number; refunds: number; items: number; returned: number; amount: number; refund_rate: number | null; return_rate: number | null }
export interface SpreadStep { from_ms: number; below_ms: number | null; count: number; within: number | null }

export type Sharing = 'none' | 'group' | 'all';
export type SpanKind = 'today' | 'yesterday' | 'last7' | 'last14' | 'last30' | 'month' | 'last_month' | 'fixed';
export interface Spec {
  metrics: string[]; by: string[]; filters?: { shop_id?: Id; group_id?: Id; agent_id?: Id; channel?: string; category_id?: Id; profile?: string; attribution?: string }; span: { kind: SpanKind; from?: string; to?: string };
  order?: string; limit?: number; chart?: 'none' | 'line' | 'bar' | 'stack' | 'heat' | 'funnel'; compare?: 'none' | 'previous' | 'last_week' | 'last_year';
}
export interface Design { id: Id; name: string; owner_id: Id; owner_name: string; shared: Sharing; pinned: boolean; mine: boolean; spec: Spec; updated_at: number }
export interface ScoreItem { metric: string; weight: number; worst: number; best: number }
export interface ScoreTemplate { id: Id; name: string; items: ScoreItem[]; prizes: string[]; builtin: boolean; mine: boolean; owner_name: string | null; updated_at: number }
export interface ScoreLine {
  agent_id: Id; agent_name: string; rank: number | null; score: number | null; prize: string; items: { metric: string; value: Value; points: number | null; weight: number }[];
}
export interface Scores { template: { id: Id; name: string; items: ScoreItem[]; prizes: string[] }; rows: ScoreLine[]; header: Report['header'] }
export interface Anomaly {
  id: Id; kind: 'day' | 'hour'; shop_id: Id; shop_name: string; agent_id: Id; agent_name: string; day: string; hour: number | null; metric: string; value: number; usual: number; score: number; p: number; q: number;
  events: number; sessions: number; sentence_zh: string; sentence_en: string; dismissed_at: number | null; note: string;
}
