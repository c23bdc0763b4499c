// Printed by `antball describe --ts`; not edited by hand.
export interface Routes {
  /** A one-use ticket (30 s) that opens the WebSocket (SIGNED_IN) */
  "POST /api/v1/socket-tickets": { in: Record<string, never>; out: { ticket: string; } };
  /** Events missed since a position (SIGNED_IN) */
  "SOCKET resume": { in: { pos: number; }; out: { pos: number; resync: boolean; } };
  /** The process lives (PUBLIC) */
  "GET /healthz": { in: Record<string, never>; out: { ok: boolean; } };
  /** Ready to serve: the database answers, and nobody asked it to stop (PUBLIC) */
  "GET /readyz": { in: Record<string, never>; out: { ok: boolean; } };
  /** Ready to serve, as /readyz (PUBLIC) */
  "GET /api/v1/health": { in: Record<string, never>; out: { ok: boolean; } };
  /** Figures for Prometheus; on the machine itself only (PUBLIC) */
  "GET /metrics": { in: Record<string, never>; out: Blob };
  /** All settings of the organisation with value, default and range (SETTING_EDIT) */
  "GET /api/v1/settings": { in: Record<string, never>; out: { next?: string; rows: { name: string; value: string; default: string; type: "int" | "bool" | "text"; min: number; max: number; help_zh: string; help_en: string; dated: boolean; from: string | null; next_value: string | null; next_from: string | null; }[] } };
  /** What the desk of everybody needs to know of the settings (SIGNED_IN) */
  "GET /api/v1/settings/desk": { in: Record<string, never>; out: { queue_amber_s: number; queue_red_s: number; reply_amber_s: number; reply_red_s: number; category_needed: boolean; upload_max_mb: number; } };
  /** Change one setting: one that figures are counted with from a business day on, others at once (SETTING_EDIT) */
  "PATCH /api/v1/settings": { in: { name: string; value: string; from?: string | null; }; out: void };
  /** Roles with scope, permissions and number of people (TEAM_SEE) */
  "GET /api/v1/roles": { in: { }; out: { next?: string; rows: { id: number; key: string; name: string; name_en: string; scope: string; permissions: unknown; builtin: boolean; people: number; }[] } };
  /** Add a role; it can hold no more than the own rights (ROLE_EDIT) */
  "POST /api/v1/roles": { in: { key?: string | null; name: string; name_en?: string | null; scope: "own" | "group" | "shop" | "all"; permissions: unknown; }; out: { id: number; } };
  /** Change a role's names, scope, permissions (ROLE_EDIT) */
  "PATCH /api/v1/roles/{role_id}": { in: { role_id: number; name?: string | null; name_en?: string | null; scope?: "own" | "group" | "shop" | "all" | null; permissions?: unknown | null; }; out: void };
  /** Every permission that a role can hold, with its names (TEAM_SEE) */
  "GET /api/v1/permissions": { in: Record<string, never>; out: { next?: string; rows: { name: string; zh: string; en: string; }[] } };
  /** Wrap-up categories, the closed ones last (SIGNED_IN) */
  "GET /api/v1/categories": { in: { }; out: { next?: string; rows: { id: number; key: string; name: string; name_en: string; sort: number; closed_at: number | null; }[] } };
  /** Add a wrap-up category (TEAM_EDIT) */
  "POST /api/v1/categories": { in: { key?: string | null; name: string; name_en?: string | null; sort?: number | null; }; out: { id: number; } };
  /** Rename, sort, close or reopen a wrap-up category (TEAM_EDIT) */
  "PATCH /api/v1/categories/{category_id}": { in: { category_id: number; name?: string | null; name_en?: string | null; sort?: number | null; closed?: boolean | null; }; out: void };
  /** Tags for sessions (SIGNED_IN) */
  "GET /api/v1/tags": { in: { }; out: { next?: string; rows: { id: number; name: string; colour: string; }[] } };
  /** Add a tag, or give one another colour (CHAT) */
  "POST /api/v1/tags": { in: { name: string; colour?: string | null; }; out: { id: number; } };
  /** Whether nobody administers this centre yet, and whose it is (PUBLIC) */
  "GET /api/v1/setup": { in: Record<string, never>; out: { needed: boolean; business_name: string; } };
  /** First run: make the administrator, with the one-use token that the server printed, and sign in (PUBLIC) */
  "POST /api/v1/setup": { in: { token: string; account: string; name: string; password: string; lang?: "zh" | "en" | null; }; out: { person: unknown; } };
  /** Sign in: sets the cookie; 429 with Retry-After after too many failures (PUBLIC) */
  "POST /api/v1/login": { in: { account: string; password: string; }; out: { person: unknown; } };
  /** Sign out here (SIGNED_IN) */
  "POST /api/v1/logout": { in: Record<string, never>; out: void };
  /** Set a new password with a one-use link; ends every login of that person (PUBLIC) */
  "POST /api/v1/reset": { in: { token: string; password: string; }; out: { account: string; } };
  /** Who I am, what I may do, and the csrf for the X-CSRF header (SIGNED_IN) */
  "GET /api/v1/me": { in: Record<string, never>; out: { person_id: number; account: string | null; name: string; lang: string; role_key: string | null; role_name: string | null; role_name_en: string | null; scope: string; permissions: unknown; group_id: number | null; group_name: string | null; shops: unknown; csrf: string; must_change: boolean; capacity: number; state: string; state_reason: string; state_at: number | null; } };
  /** Change the own language or name (SIGNED_IN) */
  "PATCH /api/v1/me": { in: { lang?: "zh" | "en" | null; name?: string | null; }; out: { person_id: number; account: string | null; name: string; lang: string; role_key: string | null; role_name: string | null; role_name_en: string | null; scope: string; permissions: unknown; group_id: number | null; group_name: string | null; shops: unknown; csrf: string; must_change: boolean; capacity: number; state: string; state_reason: string; state_at: number | null; } };
  /** Change the own password; ends the other logins (SIGNED_IN) */
  "POST /api/v1/me/password": { in: { old: string; new: string; }; out: void };
  /** Where I am signed in (SIGNED_IN) */
  "GET /api/v1/me/logins": { in: Record<string, never>; out: { next?: string; rows: { id: number; address: string; browser: string; created_at: number; seen_at: number; expires_at: number; current: boolean; }[] } };
  /** End one of my logins and its sockets (SIGNED_IN) */
  "DELETE /api/v1/me/logins/{login_id}": { in: { login_id: number; }; out: void };
  /** Go online, pause with a reason, or go offline (CHAT) */
  "POST /api/v1/me/state": { in: { state: "online" | "paused" | "offline"; reason?: string | null; }; out: void };
  /** People within the own scope; q finds names, pinyin, initials, accounts; left: also those who left (TEAM_SEE) */
  "GET /api/v1/people": { in: { q?: string | null; group_id?: number | null; shop_id?: number | null; left?: boolean | null; cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; key: string; account: string | null; name: string; pinyin: string; kind: string; role_id: number | null; role_key: string | null; role_name: string | null; role_name_en: string | null; group_id: number | null; group_name: string | null; lang: string; capacity: number; shops: unknown; skills: unknown; has_password: boolean; disabled_at: number | null; left_at: number | null; created_at: number; state: string | null; state_reason: string | null; state_at: number | null; }[] } };
  /** Add a person; without a password one is made and shown once; it must be changed at the first sign-in (TEAM_EDIT) */
  "POST /api/v1/people": { in: { account: string; name: string; key?: string | null; role_id: number; group_id?: number | null; shops?: unknown | null; skills?: unknown | null; capacity?: number | null; lang?: "zh" | "en" | null; password?: string | null; }; out: { id: number; password: string | null; } };
  /** Change a person; group_id 0: none; left: true when the person goes (TEAM_EDIT) */
  "PATCH /api/v1/people/{person_id}": { in: { person_id: number; account?: string | null; name?: string | null; role_id?: number | null; group_id?: number | null; shops?: unknown | null; skills?: unknown | null; capacity?: number | null; lang?: "zh" | "en" | null; left?: boolean | null; }; out: void };
  /** A one-use link with which the person sets a new password; nobody else ever sees it (PASSWORD_RESET) */
  "POST /api/v1/people/{person_id}/password": { in: { person_id: number; }; out: { link: string; expires_at: number; } };
  /** No more signing in; ends every login and socket (TEAM_EDIT) */
  "POST /api/v1/people/{person_id}/disable": { in: { person_id: number; }; out: void };
  /** Let a disabled person sign in again (TEAM_EDIT) */
  "POST /api/v1/people/{person_id}/enable": { in: { person_id: number; }; out: void };
  /** Where a person is signed in (TEAM_EDIT) */
  "GET /api/v1/people/{person_id}/logins": { in: { person_id: number; }; out: { next?: string; rows: { id: number; address: string; browser: string; created_at: number; seen_at: number; expires_at: number; current: boolean; }[] } };
  /** End a person's login and its sockets (TEAM_EDIT) */
  "DELETE /api/v1/people/{person_id}/logins/{login_id}": { in: { person_id: number; login_id: number; }; out: void };
  /** Skills that people can hold (SIGNED_IN) */
  "GET /api/v1/skills": { in: { }; out: { next?: string; rows: { id: number; name: string; people: number; }[] } };
  /** Add a skill (TEAM_EDIT) */
  "POST /api/v1/skills": { in: { name: string; }; out: { id: number; } };
  /** Add or change people from a CSV or TSV list (account, name, role, group, shops); dry=true only looks; new ones get a one-use link (TEAM_EDIT) */
  "POST /api/v1/people/import": { in: { dry?: boolean | null; }; out: { rows: unknown; created: number; updated: number; rejected: number; } };
  /** Groups within the own scope (SIGNED_IN) */
  "GET /api/v1/groups": { in: { }; out: { next?: string; rows: { id: number; key: string; name: string; shops: unknown; people: number; closed_at: number | null; }[] } };
  /** Add a group that serves these shops (TEAM_EDIT) */
  "POST /api/v1/groups": { in: { name: string; key?: string | null; shops?: unknown | null; }; out: { id: number; } };
  /** Rename a group, set its shops, close or reopen it (TEAM_EDIT) */
  "PATCH /api/v1/groups/{group_id}": { in: { group_id: number; name?: string | null; shops?: unknown | null; closed?: boolean | null; }; out: void };
  /** Shops within the own scope (SIGNED_IN) */
  "GET /api/v1/shops": { in: { }; out: { next?: string; rows: { id: number; key: string; name: string; timezone: string; cut_hour: number; profile: string; currency: string; colour: string; greeting: string; greeting_en: string; away_text: string; away_text_en: string; origins: string; routing_mode: string; return_days: number; created_at: number; closed_at: number | null; open_now: boolean; }[] } };
  /** Add a shop (SHOP_EDIT) */
  "POST /api/v1/shops": { in: { key?: string | null; name: string; timezone?: string | null; cut_hour?: number | null; profile?: "plain" | "taobao" | "jd" | "douyin" | "pdd" | "callcentre" | null; currency?: string | null; colour?: string | null; greeting?: string | null; greeting_en?: string | null; away_text?: string | null; away_text_en?: string | null; origins?: string | null; routing_mode?: "assign" | "offer" | null; return_days?: number | null; }; out: { id: number; key: string; } };
  /** Change a shop, close or reopen it (SHOP_EDIT) */
  "PATCH /api/v1/shops/{shop_id}": { in: { shop_id: number; name?: string | null; timezone?: string | null; cut_hour?: number | null; profile?: "plain" | "taobao" | "jd" | "douyin" | "pdd" | "callcentre" | null; currency?: string | null; colour?: string | null; greeting?: string | null; greeting_en?: string | null; away_text?: string | null; away_text_en?: string | null; origins?: string | null; routing_mode?: "assign" | "offer" | null; return_days?: number | null; closed?: boolean | null; }; out: void };
  /** The tag to paste into the shop's pages, and the secret with which the shop signs its customers (SHOP_EDIT) */
  "GET /api/v1/shops/{shop_id}/widget": { in: { shop_id: number; base?: string | null; }; out: { script: string; visitor_key: string; } };
  /** A new secret; signatures with the old one are no longer taken (SHOP_EDIT) */
  "POST /api/v1/shops/{shop_id}/visitor-key": { in: { shop_id: number; base?: string | null; }; out: { script: string; visitor_key: string; } };
  /** How the settings that figures are counted with were changed, and from which business day on; the latest first (SETTING_EDIT) */
  "GET /api/v1/settings/versions": { in: Record<string, never>; out: { next?: string; rows: { id: number; name: string; from: string; value: string; before: string; state: "past" | "present" | "future"; set_at: number; set_by_name: string | null; }[] } };
  /** Take a change back that holds from a future day on (SETTING_EDIT) */
  "DELETE /api/v1/settings/versions/{version_id}": { in: { version_id: number; }; out: void };
  /** How the shop's profile was changed, and from which business day on; the latest first (SHOP_EDIT) */
  "GET /api/v1/shops/{shop_id}/profile-versions": { in: { shop_id: number; }; out: { next?: string; rows: { id: number; name: string; from: string; value: string; before: string; state: "past" | "present" | "future"; set_at: number; set_by_name: string | null; }[] } };
  /** Count the shop's figures by another profile from a business day on; earlier days keep theirs (SHOP_EDIT) */
  "POST /api/v1/shops/{shop_id}/profile-versions": { in: { shop_id: number; profile: "plain" | "taobao" | "jd" | "douyin" | "pdd" | "callcentre"; from?: string | null; }; out: void };
  /** Take a change of the profile back that holds from a future day on (SHOP_EDIT) */
  "DELETE /api/v1/shops/{shop_id}/profile-versions/{version_id}": { in: { shop_id: number; version_id: number; }; out: void };
  /** Business hours of a shop: weekly spans and dated exceptions; without spans it never closes (SIGNED_IN) */
  "GET /api/v1/shops/{shop_id}/hours": { in: { shop_id: number; }; out: { spans: unknown; days: unknown; open_now: boolean; next_open_at: number | null; } };
  /** Set the weekly spans, and the exceptions when days is given (SHOP_EDIT) */
  "PUT /api/v1/shops/{shop_id}/hours": { in: { shop_id: number; spans: unknown; days?: unknown | null; }; out: { spans: unknown; days: unknown; open_now: boolean; next_open_at: number | null; } };
  /** Who changed what, newest first; cursor: next of the page before (AUDIT_SEE) */
  "GET /api/v1/audit": { in: { cursor?: number | null; person_id?: number | null; subject_kind?: string | null; subject_id?: number | null; from?: number | null; to?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; at: number; person_id: number | null; person_name: string | null; action: string; subject_kind: string; subject_id: number | null; subject_name: string | null; detail: unknown; address: string; }[] } };
  /** A visitor comes: the signed name, a socket ticket, the shop, the chat under way (PUBLIC) */
  "POST /api/v1/visitor/hello": { in: { shop: string; token?: string | null; customer?: unknown | null; page?: string | null; lang?: "zh" | "en" | null; }; out: { token: string; ticket: string; customer_id: number; shop: unknown; session: unknown | null; limits: unknown; } };
  /** Open a chat with the shop, or go on with the one that is open (VISITOR) */
  "SOCKET chat_open": { in: { page?: string | null; skill?: string | null; }; out: { id: number; state: string; seq: number; position: number; agent_name: string | null; started_at: number; closed_at: number | null; agent_read_seq: number; customer_read_seq: number; rated: boolean; } };
  /** End the own chat (VISITOR) */
  "SOCKET chat_close": { in: { session_id: number; }; out: { id: number; state: string; seq: number; position: number; agent_name: string | null; started_at: number; closed_at: number | null; agent_read_seq: number; customer_read_seq: number; rated: boolean; } };
  /** The visitor's own earlier chats (VISITOR) */
  "SOCKET chat_history": { in: { }; out: { next?: string; rows: { id: number; state: string; seq: number; position: number; agent_name: string | null; started_at: number; closed_at: number | null; agent_read_seq: number; customer_read_seq: number; rated: boolean; }[] } };
  /** Say something in the own chat; the same client_id again is the same message (VISITOR) */
  "SOCKET message_send": { in: { session_id: number; client_id: string; kind?: "text" | "image" | "file" | "card" | null; text?: string | null; file_id?: number | null; card?: unknown | null; }; out: { seq: number; at: number; } };
  /** Messages of the own chat, ascending (VISITOR) */
  "SOCKET message_list": { in: { session_id: number; after_seq?: number | null; before_seq?: number | null; limit?: number | null; }; out: { next?: string; rows: { session_id: number; seq: number; at: number; sender: string; person_name: string | null; kind: string; text: string; data: unknown | null; client_id: string | null; }[] } };
  /** Messages of a session, ascending (CHAT_SEE) */
  "GET /api/v1/sessions/{session_id}/messages": { in: { session_id: number; after_seq?: number | null; before_seq?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; session_id: number; seq: number; at: number; sender: string; person_id: number | null; person_name: string | null; kind: string; text: string; data: unknown | null; client_id: string | null; }[] } };
  /** The customer has read up to here (VISITOR) */
  "SOCKET read_mark": { in: { session_id: number; seq: number; }; out: void };
  /** The customer is typing (VISITOR) */
  "SOCKET typing": { in: { session_id: number; }; out: void };
  /** A customer's profile (CHAT_SEE) */
  "GET /api/v1/customers/{customer_id}": { in: { customer_id: number; }; out: { id: number; shop_id: number; shop_name: string; key: string; name: string; phone: string | null; email: string | null; segment: string | null; age_band: string | null; lang: string; note: string; flag: string; blocked_at: number | null; created_at: number; sessions: number; orders: number; spent: number; } };
  /** Change a customer's profile, note or flag (CUSTOMER_EDIT) */
  "PATCH /api/v1/customers/{customer_id}": { in: { customer_id: number; name?: string | null; phone?: string | null; email?: string | null; note?: string | null; flag?: string | null; }; out: { id: number; shop_id: number; shop_name: string; key: string; name: string; phone: string | null; email: string | null; segment: string | null; age_band: string | null; lang: string; note: string; flag: string; blocked_at: number | null; created_at: number; sessions: number; orders: number; spent: number; } };
  /** A customer's orders with payments and refunds, newest first (CHAT_SEE) */
  "GET /api/v1/customers/{customer_id}/orders": { in: { customer_id: number; limit?: number | null; }; out: { next?: string; rows: { id: number; key: string; at: number; amount: number; postage: number; currency: string; items: unknown; flag: string; note: string; status: string; paid_at: number | null; paid_amount: number; refunds: unknown; }[] } };
  /** A customer's conversations, newest first (CHAT_SEE) */
  "GET /api/v1/customers/{customer_id}/sessions": { in: { customer_id: number; limit?: number | null; }; out: { next?: string; rows: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; group_id: number | null; group_name: string | null; skill_name: string | null; priority: number; seq: number; started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number; last_sender: string; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: number | null; tags: unknown; page: string; closed_at: number | null; close_note: string; }[] } };
  /** Bring a file into a session: the raw bytes; its type is found from the content (CHAT) */
  "PUT /api/v1/files": { in: { session_id: number; name?: string | null; }; out: { file_id: number; name: string; type: string; size: number; } };
  /** A file of a session that I may see (CHAT_SEE) */
  "GET /api/v1/files/{file_id}": { in: { file_id: number; }; out: Blob };
  /** Rate the own conversation, once (VISITOR) */
  "SOCKET rate": { in: { session_id: number; score: number; comment?: string | null; }; out: void };
  /** What the customer thought of this conversation (CHAT_SEE) */
  "GET /api/v1/sessions/{session_id}/ratings": { in: { session_id: number; }; out: { next?: string; rows: { at: number; score: number; source: string; comment: string; person_name: string | null; }[] } };
  /** Leave a question and a way to answer it (VISITOR) */
  "SOCKET away_form": { in: { contact: string; text: string; }; out: void };
  /** What visitors left outside business hours (CHAT_SEE) */
  "GET /api/v1/away-forms": { in: { done?: boolean | null; shop_id?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; shop_id: number; shop_name: string; customer_id: number; customer_name: string; at: number; contact: string; text: string; done_at: number | null; done_by: number | null; done_by_name: string | null; }[] } };
  /** This one was answered (CHAT) */
  "POST /api/v1/away-forms/{form_id}/done": { in: { form_id: number; }; out: { done_at: number; } };
  /** A box of sessions: mine (oldest unanswered first), waiting, group (open with others), closed (newest first, page by page); and how many there are (CHAT_SEE) */
  "GET /api/v1/inbox": { in: { box?: "mine" | "waiting" | "group" | "closed" | null; shop_id?: number | null; q?: string | null; cursor?: string | null; limit?: number | null; }; out: { rows: unknown; next: string | null; looked_to: number | null; counts: unknown; } };
  /** One session (CHAT_SEE) */
  "GET /api/v1/sessions/{session_id}": { in: { session_id: number; }; out: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; group_id: number | null; group_name: string | null; skill_name: string | null; priority: number; seq: number; started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number; last_sender: string; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: number | null; tags: unknown; page: string; closed_at: number | null; close_note: string; } };
  /** What routing did with a session (CHAT_SEE) */
  "GET /api/v1/sessions/{session_id}/log": { in: { session_id: number; }; out: { next?: string; rows: { at: number; what: string; person_name: string | null; reason: string; }[] } };
  /** Hear the messages of a session (CHAT_SEE) */
  "SOCKET watch": { in: { session_id: number; }; out: void };
  /** No longer hear them (CHAT_SEE) */
  "SOCKET unwatch": { in: { session_id: number; }; out: void };
  /** Take a waiting session, out of turn (CHAT) */
  "POST /api/v1/sessions/{session_id}/take": { in: { session_id: number; }; out: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; group_id: number | null; group_name: string | null; skill_name: string | null; priority: number; seq: number; started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number; last_sender: string; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: number | null; tags: unknown; page: string; closed_at: number | null; close_note: string; } };
  /** Take the session that is offered to me (CHAT) */
  "POST /api/v1/sessions/{session_id}/accept": { in: { session_id: number; }; out: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; group_id: number | null; group_name: string | null; skill_name: string | null; priority: number; seq: number; started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number; last_sender: string; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: number | null; tags: unknown; page: string; closed_at: number | null; close_note: string; } };
  /** Leave the session that is offered to me to others (CHAT) */
  "POST /api/v1/sessions/{session_id}/decline": { in: { session_id: number; }; out: void };
  /** End a session, with its category and a note (CHAT) */
  "POST /api/v1/sessions/{session_id}/close": { in: { session_id: number; category_id?: number | null; note?: string | null; }; out: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; group_id: number | null; group_name: string | null; skill_name: string | null; priority: number; seq: number; started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number; last_sender: string; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: number | null; tags: unknown; page: string; closed_at: number | null; close_note: string; } };
  /** Open a closed session again (CHAT) */
  "POST /api/v1/sessions/{session_id}/reopen": { in: { session_id: number; }; out: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; group_id: number | null; group_name: string | null; skill_name: string | null; priority: number; seq: number; started_at: number; queued_at: number; assigned_at: number | null; first_reply_at: number | null; unanswered_since: number | null; last_at: number; last_sender: string; last_text: string; unread: number; agent_read_seq: number; customer_read_seq: number; category_id: number | null; tags: unknown; page: string; closed_at: number | null; close_note: string; } };
  /** What a session is about (CHAT) */
  "POST /api/v1/sessions/{session_id}/category": { in: { session_id: number; category_id: number; }; out: void };
  /** The tags of a session, as a whole list (CHAT) */
  "POST /api/v1/sessions/{session_id}/tags": { in: { session_id: number; tags: unknown; }; out: void };
  /** Ask the customer to rate (CHAT) */
  "POST /api/v1/sessions/{session_id}/invite": { in: { session_id: number; }; out: void };
  /** Hand a session over to one person or one group, with a note (CHAT) */
  "POST /api/v1/sessions/{session_id}/transfer": { in: { session_id: number; person_id?: number | null; group_id?: number | null; note: string; }; out: void };
  /** Who can receive this session: groups and people of its shop, with their state and load (CHAT_SEE) */
  "GET /api/v1/sessions/{session_id}/targets": { in: { session_id: number; }; out: { next?: string; rows: { kind: string; id: number; name: string; state: string | null; open: number; capacity: number; }[] } };
  /** Notes of a session (CHAT_SEE) */
  "GET /api/v1/sessions/{session_id}/notes": { in: { session_id: number; }; out: { next?: string; rows: { id: number; at: number; person_id: number; person_name: string; text: string; }[] } };
  /** Write a note into a session (CHAT_SEE) */
  "POST /api/v1/sessions/{session_id}/notes": { in: { session_id: number; text: string; }; out: { id: number; at: number; } };
  /** The team's phrases and mine; q finds by code, text, pinyin and initials (CHAT_SEE) */
  "GET /api/v1/phrases": { in: { q?: string | null; shop_id?: number | null; folder?: string | null; limit?: number | null; }; out: { next?: string; rows: { id: number; person_id: number | null; shop_id: number | null; code: string; text: string; folder: string; used: number; }[] } };
  /** Add a phrase, one's own or (base) the team's (CHAT) */
  "POST /api/v1/phrases": { in: { text: string; code?: string | null; folder?: string | null; shop_id?: number | null; base?: boolean | null; }; out: { id: number; person_id: number | null; shop_id: number | null; code: string; text: string; folder: string; used: number; } };
  /** Change a phrase (CHAT) */
  "PATCH /api/v1/phrases/{phrase_id}": { in: { phrase_id: number; text?: string | null; code?: string | null; folder?: string | null; }; out: { id: number; person_id: number | null; shop_id: number | null; code: string; text: string; folder: string; used: number; } };
  /** Remove a phrase (CHAT) */
  "DELETE /api/v1/phrases/{phrase_id}": { in: { phrase_id: number; }; out: void };
  /** This phrase was put to use (CHAT) */
  "POST /api/v1/phrases/{phrase_id}/used": { in: { phrase_id: number; }; out: void };
  /** Take in a marketplace's phrase file (CSV, UTF-8 or GB18030); again changes nothing (CHAT) */
  "POST /api/v1/phrases/import": { in: { shop_id?: number | null; base?: boolean | null; }; out: { created: number; updated: number; unchanged: number; rejected: unknown; } };
  /** The same file back (CHAT_SEE) */
  "GET /api/v1/phrases/export": { in: { shop_id?: number | null; base?: boolean | null; }; out: Blob };
  /** Knowledge of the shops; q finds by title, text, pinyin and initials (CHAT_SEE) */
  "GET /api/v1/knowledge": { in: { shop_id?: number | null; q?: string | null; limit?: number | null; }; out: { next?: string; rows: { id: number; shop_id: number; kind: string; title: string; body: unknown; }[] } };
  /** Products of the shops, by title or number (CHAT_SEE) */
  "GET /api/v1/products": { in: { shop_id?: number | null; q?: string | null; limit?: number | null; }; out: { next?: string; rows: { id: number; shop_id: number; sku: string; title: string; price: number; currency: string; detail: unknown; }[] } };
  /** The live board of my scope (BOARD) */
  "GET /api/v1/board": { in: Record<string, never>; out: { at: number; shops: unknown; groups: unknown; agents: unknown; alerts: unknown; today: unknown; } };
  /** Have the board pushed, at most once a second (BOARD) */
  "SOCKET board_watch": { in: Record<string, never>; out: void };
  /** No longer (BOARD) */
  "SOCKET board_unwatch": { in: Record<string, never>; out: void };
  /** Messages that hold these words, newest first (SEARCH) */
  "GET /api/v1/search": { in: { q: string; sender?: "customer" | "agent" | "robot" | "auto" | "system" | null; agent_id?: number | null; shop_id?: number | null; from?: number | null; to?: number | null; cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; session_id: number; seq: number; at: number; sender: string; person_name: string | null; customer_name: string; shop_name: string; shop_colour: string; text: string; }[] } };
  /** The facts kept in memory for reports: days, contact pairs, bytes; ready: all days and all orders are there, and sum tells two builds apart (else null) (SETTING_EDIT) */
  "GET /api/v1/facts": { in: Record<string, never>; out: { ready: boolean; shops: number; days: number; days_built: number; pairs: number; customers: number; bytes: number; bytes_max: number; answered: number; sum: string | null; } };
  /** Forget the facts in memory and make them anew from the record, in the background (SETTING_EDIT) */
  "POST /api/v1/facts/rebuild": { in: Record<string, never>; out: void };
  /** Every figure there is: name, definition with the settings in force (today, or on these days), unit, and which way is good (REPORT) */
  "GET /api/v1/metrics-catalogue": { in: { from?: string | null; to?: string | null; }; out: { next?: string; rows: { key: string; name_zh: string; name_en: string; definition_zh: string; definition_en: string; unit: "count" | "ms" | "ratio" | "money" | "chars"; direction: "up" | "down" | "none"; brief: boolean; group: "service" | "sales" | "satisfaction" | "workload" | "calls" | "robot"; }[] } };
  /** The service figures of business days, within the own scope; metrics: keys separated by commas, all when left out; at most 400 days. Rows come 1,000 at a time, or fewer where they are wide, unless limit says how many; next: the cursor to go on with; the total is of all (REPORT) */
  "GET /api/v1/reports/service": { in: { from: string; to?: string | null; by?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; metrics?: string | null; order?: string | null; limit?: number | null; cursor?: number | null; }; out: { header: unknown; columns: unknown; rows: unknown; total: unknown; next: string | null; } };
  /** The same as a spreadsheet file (UTF-8 with mark) (EXPORT) */
  "GET /api/v1/reports/service.csv": { in: { from: string; to?: string | null; by?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; metrics?: string | null; order?: string | null; limit?: number | null; cursor?: number | null; }; out: Blob };
  /** The sessions that made a figure, each with its part of it, the worst first; needs CHAT_SEE too (REPORT) */
  "GET /api/v1/reports/service/sessions": { in: { metric: string; from: string; to?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; day?: string | null; attribution?: string | null; least_ms?: number | null; below_ms?: number | null; hour?: number | null; cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; channel: string; state: string; agent_id: number | null; agent_name: string | null; started_at: number; ended_at: number | null; last_at: number; last_text: string; closed_at: number | null; day: string; value: unknown; sum: number; count: number; }[] } };
  /** The response times of these days by their length, and the part that was within each step (REPORT) */
  "GET /api/v1/reports/service/spread": { in: { of: "first_reply" | "reply"; from: string; to?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; }; out: { next?: string; rows: { from_ms: number; below_ms: number | null; count: number; within: number | null; }[] } };
  /** Completed refunds of the orders that agents own, by their reason, the most money first, with the rates over all pieces sold (REPORT) */
  "GET /api/v1/reports/service/refund-reasons": { in: { from: string; to?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; }; out: { next?: string; rows: { reason: string; orders: number; refunds: number; items: number; returned: number; amount: number; refund_rate: number | null; return_rate: number | null; }[] } };
  /** The orders behind a sales figure, the newest first, each with its owner under every rule, its cells, assists and refunds; needs CHAT_SEE too (REPORT) */
  "GET /api/v1/reports/service/orders": { in: { from: string; to?: string | null; metric?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; day?: string | null; hour?: number | null; reason?: string | null; cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; key: string; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; created_at: number; paid_at: number | null; closed_at: number | null; day: string; amount: number; postage: number; items: number; refunded: number; flag: string; note: string; agent_id: number | null; agent_name: string | null; session_id: number | null; owner_created: number; owner_created_first: number; owner_paid: number; silent: boolean; cells: unknown; assists: unknown; refunds: unknown; }[] } };
  /** The calls behind a figure of calls, the newest first; needs CHAT_SEE too (REPORT) */
  "GET /api/v1/reports/service/calls": { in: { from: string; to?: string | null; metric?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; day?: string | null; hour?: number | null; end?: "answered" | "abandoned" | "busy" | "failed" | null; cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; key: string; shop_id: number; shop_name: string; shop_colour: string; customer_id: number; customer_name: string; customer_flag: string; at: number; answered_at: number | null; ended_at: number; end: "answered" | "abandoned" | "busy" | "failed"; day: string; queued_ms: number; talk_ms: number; hold_ms: number; wrapup_ms: number; agent_id: number | null; agent_name: string | null; }[] } };
  /** The same calls, all of them, as CSV (UTF-8 with mark); audited, and marked with who took it out and when; needs CHAT_SEE too (EXPORT) */
  "GET /api/v1/reports/service/calls.csv": { in: { from: string; to?: string | null; metric?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; day?: string | null; hour?: number | null; end?: "answered" | "abandoned" | "busy" | "failed" | null; cursor?: number | null; limit?: number | null; }; out: Blob };
  /** The closed months of the shops within reach, the latest first (REPORT) */
  "GET /api/v1/month-close": { in: { shop_id?: number | null; }; out: { next?: string; rows: { id: number; shop_id: number; shop_name: string; month: string; closed_at: number; closed_by: number; closed_by_name: string; profile: string; attribution: string; note: string; restated: number; }[] } };
  /** A closed month as it was closed, its restatements, and what has changed since the last of them (REPORT) */
  "GET /api/v1/month-close/{close_id}": { in: { close_id: number; }; out: { id: number; shop_id: number; shop_name: string; month: string; closed_at: number; closed_by: number; closed_by_name: string; profile: string; attribution: string; note: string; rules: unknown; header: unknown; rows: unknown; restatements: unknown; open: unknown; } };
  /** Close a shop's month: its figures and the rules they were computed with are kept and never change again (SETTING_EDIT) */
  "POST /api/v1/month-close": { in: { shop_id: number; month: string; note?: string | null; }; out: { id: number; figures: number; } };
  /** Compute a closed month again with its own rules; each figure that reads otherwise becomes a restatement row, the closed ones stay (SETTING_EDIT) */
  "POST /api/v1/month-close/{close_id}/restate": { in: { close_id: number; }; out: { found: number; } };
  /** Today so far beside the same span of its day a week ago, to the minute, within the own scope (BOARD) */
  "GET /api/v1/board/pace": { in: Record<string, never>; out: { at: number; day: string; last_day: string; last_until: number; rows: unknown; } };
  /** Saved reports: own ones and those shared with me (REPORT) */
  "GET /api/v1/report-designs": { in: { }; out: { next?: string; rows: { id: number; name: string; owner_id: number; owner_name: string; shared: "none" | "group" | "all"; pinned: boolean; mine: boolean; spec: unknown; updated_at: number; }[] } };
  /** Save a report: spec says metrics, by, filters, span, order, limit, chart, compare (REPORT) */
  "POST /api/v1/report-designs": { in: { name: string; spec: unknown; shared?: "none" | "group" | "all" | null; }; out: { id: number; } };
  /** Change or share an own saved report; pin or unpin any that one sees on the own board (REPORT) */
  "PATCH /api/v1/report-designs/{design_id}": { in: { design_id: number; name?: string | null; spec?: unknown | null; shared?: "none" | "group" | "all" | null; pinned?: boolean | null; }; out: void };
  /** Delete an own saved report (REPORT) */
  "DELETE /api/v1/report-designs/{design_id}": { in: { design_id: number; }; out: void };
  /** A saved report's figures of its span as seen today, within the own scope; before: the days it is compared with. Rows come in pages, as those of /reports/service; before has pages of its own by the same cursor, and its own next (REPORT) */
  "GET /api/v1/report-designs/{design_id}/run": { in: { design_id: number; cursor?: number | null; limit?: number | null; }; out: { name: string; spec: unknown; from: string; to: string; header: unknown; columns: unknown; rows: unknown; total: unknown; next: string | null; before: unknown; } };
  /** Composite scores: what is weighed how (REPORT) */
  "GET /api/v1/score-templates": { in: { }; out: { next?: string; rows: { id: number; name: string; items: unknown; prizes: unknown; builtin: boolean; mine: boolean; owner_name: string | null; updated_at: number; }[] } };
  /** Add a score template: items of metric, weight, worst, best; prizes by rank (REPORT) */
  "POST /api/v1/score-templates": { in: { name: string; items: unknown; prizes?: unknown | null; }; out: { id: number; } };
  /** Change an own score template, or with SETTING_EDIT anybody's (REPORT) */
  "PATCH /api/v1/score-templates/{template_id}": { in: { template_id: number; name?: string | null; items?: unknown | null; prizes?: unknown | null; }; out: void };
  /** Delete an own score template, or with SETTING_EDIT anybody's (REPORT) */
  "DELETE /api/v1/score-templates/{template_id}": { in: { template_id: number; }; out: void };
  /** Agents by composite score, the best first, within the own scope; without template_id by the shipped one (REPORT) */
  "GET /api/v1/reports/score": { in: { template_id?: number | null; from: string; to?: string | null; shop_id?: number | null; group_id?: number | null; profile?: string | null; }; out: { template: unknown; rows: unknown; header: unknown; } };
  /** The service report as a spreadsheet, with a sheet of definitions; audited, and marked with who took it out and when (EXPORT) */
  "GET /api/v1/reports/export.xlsx": { in: { from: string; to?: string | null; by?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; metrics?: string | null; order?: string | null; limit?: number | null; cursor?: number | null; }; out: Blob };
  /** The service report as CSV (UTF-8 with mark); audited, and marked with who took it out and when (EXPORT) */
  "GET /api/v1/reports/export.csv": { in: { from: string; to?: string | null; by?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; metrics?: string | null; order?: string | null; limit?: number | null; cursor?: number | null; }; out: Blob };
  /** The service report as a JSON file; audited, and marked with who took it out and when (EXPORT) */
  "GET /api/v1/reports/export.json": { in: { from: string; to?: string | null; by?: string | null; shop_id?: number | null; group_id?: number | null; agent_id?: number | null; channel?: "other" | "web" | "mail" | "voice" | "import" | null; category_id?: number | null; weekday?: number | null; profile?: string | null; attribution?: string | null; metrics?: string | null; order?: string | null; limit?: number | null; cursor?: number | null; }; out: Blob };
  /** Unusual hours and days of agents within the own scope, the least probable first, in words; dismissed: those too (REPORT) */
  "GET /api/v1/anomalies": { in: { from: string; to?: string | null; shop_id?: number | null; group_id?: number | null; dismissed?: boolean | null; limit?: number | null; }; out: { next?: string; rows: { id: number; kind: "day" | "hour"; shop_id: number; shop_name: string; agent_id: number; agent_name: string; day: string; hour: number | null; metric: string; value: number; usual: number; score: number; p: number; q: number; events: number; sessions: number; sentence_zh: string; sentence_en: string; dismissed_at: number | null; note: string; }[] } };
  /** Explained: it is listed no more; the note says why (REPORT) */
  "POST /api/v1/anomalies/{anomaly_id}/dismiss": { in: { anomaly_id: number; note: string; }; out: void };
  /** Look at these days anew (after late data); at most 62 (SETTING_EDIT) */
  "POST /api/v1/anomalies/rebuild": { in: { from: string; to?: string | null; }; out: { days: number; } };
  /** How many shops' days of a span wait to be looked at anew (SETTING_EDIT) */
  "GET /api/v1/anomalies/progress": { in: { from: string; to?: string | null; }; out: { pending: number; } };
  /** What is sent by itself: the own ones, with SETTING_EDIT all (EXPORT) */
  "GET /api/v1/deliveries": { in: Record<string, never>; out: { next?: string; rows: { id: number; name: string; kind: "digest" | "design"; design_id: number | null; design_name: string | null; owner_id: number; owner_name: string; mine: boolean; channel: "mail" | "dingtalk" | "feishu" | "wecom"; target: string; has_secret: boolean; schedule: unknown; timezone: string; shop_id: number | null; lang: string; attach: boolean; next_at: number; last_at: number | null; last_state: string; last_error: string; paused: boolean; }[] } };
  /** What the operator has set up: whether mail can be sent, and the hosts that group robots may be at (EXPORT) */
  "GET /api/v1/deliveries/ways": { in: Record<string, never>; out: { mail: boolean; robot_hosts: string; } };
  /** Send the digest, or a saved report, by mail or into a group robot, daily, weekly or monthly (EXPORT) */
  "POST /api/v1/deliveries": { in: { name: string; design_id?: number | null; channel: "mail" | "dingtalk" | "feishu" | "wecom"; target: string; secret?: string | null; schedule: unknown; shop_id?: number | null; attach?: boolean | null; paused?: boolean | null; }; out: { id: number; } };
  /** Change, pause or resume an own delivery (EXPORT) */
  "PATCH /api/v1/deliveries/{delivery_id}": { in: { delivery_id: number; name?: string | null; target?: string | null; secret?: string | null; schedule?: unknown | null; attach?: boolean | null; paused?: boolean | null; }; out: void };
  /** Delete an own delivery, with SETTING_EDIT any (EXPORT) */
  "DELETE /api/v1/deliveries/{delivery_id}": { in: { delivery_id: number; }; out: void };
  /** Send a line of test now (EXPORT) */
  "POST /api/v1/deliveries/{delivery_id}/test": { in: { delivery_id: number; }; out: { job_id: number; } };
  /** The newest 100 messages of a delivery, and what became of them (EXPORT) */
  "GET /api/v1/deliveries/{delivery_id}/log": { in: { delivery_id: number; }; out: { next?: string; rows: { id: number; kind: "scheduled" | "test" | "alert"; state: "waiting" | "sending" | "sent" | "joined" | "failed" | "stopped"; tries: number; error: string; created_at: number; due_at: number; finished_at: number | null; }[] } };
  /** Thresholds on live figures: the own ones, with scope all everybody's; firing_since while it fires (BOARD) */
  "GET /api/v1/alerts": { in: Record<string, never>; out: { next?: string; rows: { id: number; metric: "waiting" | "longest_wait_s" | "open_per_agent" | "answered_within"; op: "above" | "below"; value: number; hold_s: number; shop_id: number | null; group_id: number | null; delivery_id: number | null; in_page: boolean; owner_id: number; owner_name: string; mine: boolean; firing_since: number | null; }[] } };
  /** Alert when a live figure is beyond a value for hold_s seconds: in the page, and through a delivery of one's own (BOARD) */
  "POST /api/v1/alerts": { in: { metric: "waiting" | "longest_wait_s" | "open_per_agent" | "answered_within"; op: "above" | "below"; value: number; hold_s?: number | null; shop_id?: number | null; group_id?: number | null; delivery_id?: number | null; in_page?: boolean | null; }; out: { id: number; } };
  /** Change an alert; what it fired for before stays in the log (BOARD) */
  "PATCH /api/v1/alerts/{alert_id}": { in: { alert_id: number; metric?: "waiting" | "longest_wait_s" | "open_per_agent" | "answered_within" | null; op?: "above" | "below" | null; value?: number | null; hold_s?: number | null; in_page?: boolean | null; shop_id?: number | null; group_id?: number | null; delivery_id?: number | null; }; out: void };
  /** Delete an alert (BOARD) */
  "DELETE /api/v1/alerts/{alert_id}": { in: { alert_id: number; }; out: void };
  /** The newest 200 alerts: since when, until when, and the worst value (BOARD) */
  "GET /api/v1/alerts/log": { in: Record<string, never>; out: { next?: string; rows: { id: number; alert_id: number; metric: string; since: number; until: number | null; value: number; worst: number; }[] } };
  /** Bring a file to import: the raw bytes; what it looks like is a suggestion only (IMPORT) */
  "PUT /api/v1/imports": { in: { name: string; shop_id?: number | null; }; out: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; mapping: unknown; state: string; phase: string; done: number; total: number; findings: unknown; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; } };
  /** Imports, newest first: who, when, what came of it; cursor: next of the page before (IMPORT) */
  "GET /api/v1/imports": { in: { cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; state: string; phase: string; done: number; total: number; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; }[] } };
  /** One import with its mapping, findings and counts (IMPORT) */
  "GET /api/v1/imports/{import_id}": { in: { import_id: number; }; out: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; mapping: unknown; state: string; phase: string; done: number; total: number; findings: unknown; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; } };
  /** Set the shop and the mapping of an import that has not run (IMPORT) */
  "PATCH /api/v1/imports/{import_id}": { in: { import_id: number; shop_id?: number | null; mapping: unknown; }; out: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; mapping: unknown; state: string; phase: string; done: number; total: number; findings: unknown; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; } };
  /** Drop a file that was not imported (IMPORT) */
  "DELETE /api/v1/imports/{import_id}": { in: { import_id: number; }; out: void };
  /** What a mapping makes of the first 2,000 lines; nothing is stored (IMPORT) */
  "POST /api/v1/imports/{import_id}/look": { in: { import_id: number; shop_id?: number | null; mapping: unknown; }; out: { findings: unknown; } };
  /** Read the whole file through its mapping, and store nothing: names, columns and rejected lines are found (IMPORT) */
  "POST /api/v1/imports/{import_id}/check": { in: { import_id: number; }; out: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; mapping: unknown; state: string; phase: string; done: number; total: number; findings: unknown; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; } };
  /** Take the file in; state, phase, done and total tell how far it is (IMPORT) */
  "POST /api/v1/imports/{import_id}/run": { in: { import_id: number; }; out: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; mapping: unknown; state: string; phase: string; done: number; total: number; findings: unknown; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; } };
  /** Lines that were rejected, and why; cursor: next of the page before (IMPORT) */
  "GET /api/v1/imports/{import_id}/rejects": { in: { import_id: number; cursor?: number | null; limit?: number | null; }; out: { next?: string; rows: { seq: number; place: string; reason: string; }[] } };
  /** The reconciliation table with the rejected lines, as CSV (IMPORT) */
  "GET /api/v1/imports/{import_id}/table": { in: { import_id: number; }; out: Blob };
  /** What taking it back would remove, and what stands against it (IMPORT) */
  "GET /api/v1/imports/{import_id}/undo": { in: { import_id: number; }; out: { possible: boolean; customers: number; added: unknown; blocks: unknown; } };
  /** Take the import back: what it added goes (IMPORT) */
  "POST /api/v1/imports/{import_id}/undo": { in: { import_id: number; }; out: { id: number; person_id: number | null; person_name: string | null; shop_id: number | null; shop_name: string | null; file_name: string; size: number; format: string; kind: string; mapping: unknown; state: string; phase: string; done: number; total: number; findings: unknown; counts: unknown; why: string; first_at: number; last_at: number; created_at: number; started_at: number | null; finished_at: number | null; undone_at: number | null; } };
  /** Common layouts of chat logs, as mappings to begin with (IMPORT) */
  "GET /api/v1/import-templates": { in: { }; out: { next?: string; rows: { key: string; name: string; kind: string; example: string; mapping: unknown; }[] } };
  /** Named mappings (IMPORT) */
  "GET /api/v1/import-mappings": { in: { kind?: string | null; }; out: { next?: string; rows: { id: number; name: string; kind: string; body: unknown; person_name: string | null; updated_at: number; }[] } };
  /** Keep a mapping under a name (IMPORT) */
  "POST /api/v1/import-mappings": { in: { name: string; body: unknown; }; out: { id: number; } };
  /** Rename a mapping, or change what it says (IMPORT) */
  "PATCH /api/v1/import-mappings/{mapping_id}": { in: { mapping_id: number; name?: string | null; body?: unknown | null; }; out: { id: number; } };
  /** Delete a mapping (IMPORT) */
  "DELETE /api/v1/import-mappings/{mapping_id}": { in: { mapping_id: number; }; out: void };
  /** A mapping as the file that antball import --mapping takes (IMPORT) */
  "GET /api/v1/import-mappings/{mapping_id}/file": { in: { mapping_id: number; }; out: Blob };
  /** Nicknames of a shop's imports, and who or what they are here (IMPORT) */
  "GET /api/v1/import-names": { in: { shop_id: number; }; out: { next?: string; rows: { id: number; name: string; role: string; person_id: number | null; person_name: string | null; updated_at: number; }[] } };
  /** Bind nicknames: [{name, role: agent|customer|robot|system|ignore, person_id?, make?: a new agent of this name}] (IMPORT) */
  "PUT /api/v1/import-names": { in: { shop_id: number; names: unknown; }; out: { stored: number; made: number; } };
  /** Forget who a nickname is (IMPORT) */
  "DELETE /api/v1/import-names/{name_id}": { in: { name_id: number; }; out: void };
  /** Who may be meant by a nickname of this shop (IMPORT) */
  "GET /api/v1/import-people": { in: { shop_id: number; }; out: { next?: string; rows: { id: number; key: string; name: string; account: string | null; kind: string; }[] } };
  /** Figures of other systems by agent and day, in the unit of our metric: to stand beside ours (REPORT) */
  "GET /api/v1/external-figures": { in: { from: string; to: string; source?: string | null; }; out: { next?: string; rows: { agent_id: number; agent_name: string; day: string; metric: string; source: string; value: string; number: number | null; }[] } };
}
