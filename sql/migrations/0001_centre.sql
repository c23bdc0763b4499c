-- The centre: who works here, whom it serves, what was said, and what must still be told to others.
-- Times are ms UTC, money is integer minor units, ids are made by the program. "INTEGER PRIMARY KEY" is a rowid in SQLite and
-- is read as BIGINT by the PostgreSQL side of the migration runner.

CREATE TABLE setting (
  name        TEXT PRIMARY KEY,
  value       TEXT NOT NULL,
  updated_at  BIGINT NOT NULL
);

-- People and permission ------------------------------------------------------------------------------------------------

CREATE TABLE shop (
  id            INTEGER PRIMARY KEY,
  key           TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  timezone      TEXT NOT NULL DEFAULT 'Asia/Shanghai',
  cut_hour      BIGINT NOT NULL DEFAULT 0,
  profile       TEXT NOT NULL DEFAULT 'plain',
  currency      TEXT NOT NULL DEFAULT 'CNY',
  colour        TEXT NOT NULL DEFAULT '#0F766E',
  greeting      TEXT NOT NULL DEFAULT '',
  greeting_en   TEXT NOT NULL DEFAULT '',
  away_text     TEXT NOT NULL DEFAULT '',      -- shown with the form outside business hours
  away_text_en  TEXT NOT NULL DEFAULT '',
  origins       TEXT NOT NULL DEFAULT '',      -- web origins that may carry the widget, one a line; empty: own address only
  visitor_key   TEXT NOT NULL,                 -- secret with which the shop signs its logged-in customers
  routing_mode  TEXT NOT NULL DEFAULT 'assign',-- assign, offer
  return_days   BIGINT NOT NULL DEFAULT 3,     -- a customer comes back to the same agent within so many days
  extra         TEXT NOT NULL DEFAULT '{}',    -- members of an import that have no column
  created_at    BIGINT NOT NULL,
  closed_at     BIGINT                         -- no longer served
);

CREATE TABLE shop_hours (
  id        INTEGER PRIMARY KEY,
  shop_id   BIGINT NOT NULL REFERENCES shop(id),
  weekday   BIGINT NOT NULL,                   -- 0 Sunday .. 6 Saturday
  from_min  BIGINT NOT NULL,                   -- minute of the local day; to_min above 1440 runs past midnight
  to_min    BIGINT NOT NULL
);
CREATE INDEX shop_hours_by_shop ON shop_hours(shop_id);

-- A dated exception: a holiday, or a make-up working day that follows another weekday's hours.
CREATE TABLE shop_day (
  id        INTEGER PRIMARY KEY,
  shop_id   BIGINT NOT NULL REFERENCES shop(id),
  day       BIGINT NOT NULL,                   -- days since 1970-01-01, local
  like_weekday BIGINT,                         -- work as on this weekday; NULL: closed
  note      TEXT NOT NULL DEFAULT '',
  UNIQUE (shop_id, day)
);

CREATE TABLE team_group (
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  closed_at   BIGINT
);

CREATE TABLE group_shop (
  group_id  BIGINT NOT NULL REFERENCES team_group(id),
  shop_id   BIGINT NOT NULL REFERENCES shop(id),
  PRIMARY KEY (group_id, shop_id)
);

CREATE TABLE role (
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  name_en     TEXT NOT NULL,
  scope       TEXT NOT NULL,                   -- own, group, shop, all
  permissions TEXT NOT NULL,                   -- JSON array of permission names
  builtin     BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE person (
  id            INTEGER PRIMARY KEY,
  key           TEXT NOT NULL UNIQUE,          -- the source's own key, or made here
  account       TEXT UNIQUE,                   -- NULL: cannot sign in
  name          TEXT NOT NULL,
  pinyin        TEXT NOT NULL DEFAULT '',      -- full pinyin and initials, made at write
  kind          TEXT NOT NULL DEFAULT 'human', -- human, robot, platform
  role_id       BIGINT REFERENCES role(id),
  group_id      BIGINT REFERENCES team_group(id),
  lang          TEXT NOT NULL DEFAULT 'zh',
  capacity      BIGINT NOT NULL DEFAULT 5,     -- web chats at once
  password      TEXT,                          -- argon2id
  password_at   BIGINT,
  must_change   BOOLEAN NOT NULL DEFAULT FALSE,
  joined_at     BIGINT,
  left_at       BIGINT,
  disabled_at   BIGINT,
  extra         TEXT NOT NULL DEFAULT '{}',
  created_at    BIGINT NOT NULL
);
CREATE INDEX person_by_group ON person(group_id);

CREATE TABLE person_shop (
  person_id  BIGINT NOT NULL REFERENCES person(id),
  shop_id    BIGINT NOT NULL REFERENCES shop(id),
  PRIMARY KEY (person_id, shop_id)
);

-- The shops a person serves: the own ones and the group's. Data scope "shop" reads this.
CREATE VIEW person_reach AS
  SELECT person_id, shop_id FROM person_shop
  UNION
  SELECT p.id AS person_id, g.shop_id FROM person p JOIN group_shop g ON g.group_id = p.group_id;

CREATE TABLE skill (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE
);

CREATE TABLE person_skill (
  person_id  BIGINT NOT NULL REFERENCES person(id),
  skill_id   BIGINT NOT NULL REFERENCES skill(id),
  level      BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (person_id, skill_id)
);

CREATE TABLE login (
  id          INTEGER PRIMARY KEY,
  person_id   BIGINT NOT NULL REFERENCES person(id),
  token_hash  TEXT NOT NULL UNIQUE,
  csrf        TEXT NOT NULL,
  address     TEXT NOT NULL,
  browser     TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  seen_at     BIGINT NOT NULL,
  expires_at  BIGINT NOT NULL
);
CREATE INDEX login_by_person ON login(person_id);

CREATE TABLE audit (
  id            INTEGER PRIMARY KEY,
  at            BIGINT NOT NULL,
  person_id     BIGINT,                        -- NULL: the system or the command line
  action        TEXT NOT NULL,                 -- route or command name
  subject_kind  TEXT NOT NULL,
  subject_id    BIGINT,
  detail        TEXT NOT NULL DEFAULT '{}',    -- JSON: what was changed, never a secret
  address       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_by_subject ON audit(subject_kind, subject_id);

-- Every change of an agent's state; open until the next row of that agent.
CREATE TABLE agent_state (
  id         INTEGER PRIMARY KEY,
  person_id  BIGINT NOT NULL REFERENCES person(id),
  at         BIGINT NOT NULL,
  state      TEXT NOT NULL,                    -- online, paused, wrapup, offline
  reason     TEXT NOT NULL DEFAULT '',
  extra      TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX agent_state_by_person ON agent_state(person_id, at);

-- The record ------------------------------------------------------------------------------------------------------------

CREATE TABLE customer (
  id          INTEGER PRIMARY KEY,
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  key         TEXT NOT NULL,                   -- the shop's own key, or made for an anonymous visitor
  name        TEXT NOT NULL DEFAULT '',
  phone       TEXT,
  email       TEXT,
  segment     TEXT,
  age_band    TEXT,
  lang        TEXT NOT NULL DEFAULT 'zh',
  note        TEXT NOT NULL DEFAULT '',
  flag        TEXT NOT NULL DEFAULT '',        -- red, amber, green, blue, purple; one meaning for the organisation
  extra       TEXT NOT NULL DEFAULT '{}',
  blocked_at  BIGINT,
  created_at  BIGINT NOT NULL,
  UNIQUE (shop_id, key)
);

CREATE TABLE category (
  id         INTEGER PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  name_en    TEXT NOT NULL DEFAULT '',
  sort       BIGINT NOT NULL DEFAULT 0,
  closed_at  BIGINT
);

CREATE TABLE session (
  id               INTEGER PRIMARY KEY,
  shop_id          BIGINT NOT NULL REFERENCES shop(id),
  customer_id      BIGINT NOT NULL REFERENCES customer(id),
  channel          TEXT NOT NULL DEFAULT 'web', -- web, mail, voice, import
  state            TEXT NOT NULL,               -- waiting, offered, open, closed
  agent_id         BIGINT REFERENCES person(id),
  group_id         BIGINT REFERENCES team_group(id),
  wanted_id        BIGINT REFERENCES person(id), -- a transfer waits for this person
  skill_id         BIGINT REFERENCES skill(id), -- only agents who have it are given the session
  priority         BIGINT NOT NULL DEFAULT 0,
  seq              BIGINT NOT NULL DEFAULT 0,   -- of the last message
  started_at       BIGINT NOT NULL,
  queued_at        BIGINT NOT NULL,             -- since when it waits for an agent (kept over a re-queue)
  assigned_at      BIGINT,
  first_reply_at   BIGINT,
  first_reply_ms   BIGINT,                      -- first human reply after the first customer message; for the live board
  rounds           BIGINT NOT NULL DEFAULT 0,   -- answered ones so far, and how long they took; for the live board
  rounds_ms        BIGINT NOT NULL DEFAULT 0,
  rounds_30s       BIGINT NOT NULL DEFAULT 0,
  rounds_180s      BIGINT NOT NULL DEFAULT 0,
  unanswered_since BIGINT,                      -- first customer message without a human reply after it
  last_at          BIGINT NOT NULL,
  last_sender      TEXT NOT NULL DEFAULT '',
  last_text        TEXT NOT NULL DEFAULT '',
  unread           BIGINT NOT NULL DEFAULT 0,   -- customer messages that the agent has not seen
  agent_read_seq   BIGINT NOT NULL DEFAULT 0,
  customer_read_seq BIGINT NOT NULL DEFAULT 0,
  category_id      BIGINT REFERENCES category(id),
  tags             TEXT NOT NULL DEFAULT '[]',
  page             TEXT NOT NULL DEFAULT '',    -- where the visitor was
  closed_at        BIGINT,
  closed_by        BIGINT,
  close_note       TEXT NOT NULL DEFAULT '',
  imported         BOOLEAN NOT NULL DEFAULT FALSE -- cut out of an import's messages, and cut anew when more of them come
);
-- The lists that people see. Closed sessions leave the first two, which therefore stay small.
-- None of them holds a column that every message changes (last_at, seq): a message must not move index entries.
CREATE INDEX session_live ON session(state, queued_at) WHERE state <> 'closed';
CREATE INDEX session_closed ON session(closed_at) WHERE state = 'closed';
CREATE INDEX session_agent ON session(agent_id, state, closed_at);
CREATE INDEX session_customer ON session(customer_id, started_at);
CREATE INDEX session_shop ON session(shop_id, started_at);

-- The hot table: sequential ids, one index.
CREATE TABLE message (
  id          INTEGER PRIMARY KEY,
  session_id  BIGINT NOT NULL REFERENCES session(id),
  seq         BIGINT NOT NULL,
  at          BIGINT NOT NULL,
  sender      TEXT NOT NULL,                    -- customer, agent, robot, auto, system
  person_id   BIGINT,                           -- who spoke, or whom the customer addressed
  kind        TEXT NOT NULL,                    -- text, image, file, card, event
  text        TEXT NOT NULL DEFAULT '',
  data        TEXT,                             -- JSON of a file, a card, an event
  client_id   TEXT,                             -- the sender's own id: a resend is recognised
  phrase_id   BIGINT
);
CREATE UNIQUE INDEX message_by_session ON message(session_id, seq);

CREATE TABLE session_note (
  id         INTEGER PRIMARY KEY,
  session_id BIGINT NOT NULL REFERENCES session(id),
  at         BIGINT NOT NULL,
  person_id  BIGINT NOT NULL REFERENCES person(id),
  text       TEXT NOT NULL
);
CREATE INDEX session_note_by_session ON session_note(session_id);

CREATE TABLE transfer (
  id           INTEGER PRIMARY KEY,
  session_id   BIGINT NOT NULL REFERENCES session(id),
  at           BIGINT NOT NULL,
  from_id      BIGINT REFERENCES person(id),
  to_person_id BIGINT REFERENCES person(id),
  to_group_id  BIGINT REFERENCES team_group(id),
  note         TEXT NOT NULL DEFAULT '',
  extra        TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX transfer_by_session ON transfer(session_id);

-- What routing did with a session: queued, offered, declined, expired, assigned, requeued, transferred, closed.
CREATE TABLE routing_log (
  id         INTEGER PRIMARY KEY,
  session_id BIGINT NOT NULL REFERENCES session(id),
  at         BIGINT NOT NULL,
  what       TEXT NOT NULL,
  person_id  BIGINT,
  reason     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX routing_log_by_session ON routing_log(session_id);

CREATE TABLE file (
  id          INTEGER PRIMARY KEY,
  session_id  BIGINT REFERENCES session(id),
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  stored_name TEXT NOT NULL UNIQUE,             -- random; the only name on disk
  name        TEXT NOT NULL,
  type        TEXT NOT NULL,                    -- found from the content
  size        BIGINT NOT NULL,
  sha256      TEXT NOT NULL,
  person_id   BIGINT,
  customer_id BIGINT,
  created_at  BIGINT NOT NULL
);

CREATE TABLE tag (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  colour  TEXT NOT NULL DEFAULT ''
);

CREATE TABLE away_form (
  id          INTEGER PRIMARY KEY,
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  at          BIGINT NOT NULL,
  contact     TEXT NOT NULL,
  text        TEXT NOT NULL,
  done_at     BIGINT,
  done_by     BIGINT
);

CREATE TABLE phrase (
  id          INTEGER PRIMARY KEY,
  person_id   BIGINT REFERENCES person(id),     -- NULL: a base phrase
  shop_id     BIGINT REFERENCES shop(id),       -- NULL: every shop
  code        TEXT NOT NULL DEFAULT '',
  text        TEXT NOT NULL,
  folder      TEXT NOT NULL DEFAULT '',
  pinyin      TEXT NOT NULL DEFAULT '',
  used        BIGINT NOT NULL DEFAULT 0,
  updated_at  BIGINT NOT NULL
);
CREATE INDEX phrase_by_person ON phrase(person_id);

CREATE TABLE knowledge (
  id        INTEGER PRIMARY KEY,
  shop_id   BIGINT NOT NULL REFERENCES shop(id),
  key       TEXT NOT NULL,
  kind      TEXT NOT NULL,
  title     TEXT NOT NULL,
  body      TEXT NOT NULL DEFAULT '{}',         -- JSON object: label -> text or list
  pinyin    TEXT NOT NULL DEFAULT '',
  UNIQUE (shop_id, kind, key)
);

CREATE TABLE product (
  id        INTEGER PRIMARY KEY,
  shop_id   BIGINT NOT NULL REFERENCES shop(id),
  sku       TEXT NOT NULL,
  title     TEXT NOT NULL,
  price     BIGINT NOT NULL,
  detail    TEXT NOT NULL DEFAULT '{}',
  UNIQUE (shop_id, sku)
);

-- Trade -----------------------------------------------------------------------------------------------------------------

CREATE TABLE purchase (
  id           INTEGER PRIMARY KEY,
  shop_id      BIGINT NOT NULL REFERENCES shop(id),
  key          TEXT NOT NULL,
  customer_id  BIGINT NOT NULL REFERENCES customer(id),
  at           BIGINT NOT NULL,
  items        TEXT NOT NULL DEFAULT '[]',      -- JSON [{sku, title, quantity, price}]
  amount       BIGINT NOT NULL,
  postage      BIGINT NOT NULL DEFAULT 0,
  flag         TEXT NOT NULL DEFAULT '',
  note         TEXT NOT NULL DEFAULT '',
  closed_at    BIGINT,
  close_reason TEXT NOT NULL DEFAULT '',
  extra        TEXT NOT NULL DEFAULT '{}',
  UNIQUE (shop_id, key)
);
CREATE INDEX purchase_by_customer ON purchase(customer_id, at);
CREATE INDEX purchase_by_time ON purchase(shop_id, at);

CREATE TABLE payment (
  id          INTEGER PRIMARY KEY,
  purchase_id BIGINT NOT NULL REFERENCES purchase(id),
  at          BIGINT NOT NULL,
  amount      BIGINT NOT NULL,
  extra       TEXT NOT NULL DEFAULT '{}',
  UNIQUE (purchase_id, at, amount)
);

CREATE TABLE refund (
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL UNIQUE,
  purchase_id BIGINT NOT NULL REFERENCES purchase(id),
  at          BIGINT NOT NULL,
  amount      BIGINT NOT NULL,
  items       TEXT,
  kind        TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL,
  person_id   BIGINT REFERENCES person(id),
  extra       TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX refund_by_purchase ON refund(purchase_id);

CREATE TABLE call (
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL,
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  person_id   BIGINT REFERENCES person(id),
  at          BIGINT NOT NULL,
  queued_ms   BIGINT NOT NULL,
  answered_at BIGINT,
  ended_at    BIGINT NOT NULL,
  end_state   TEXT NOT NULL,
  hold_ms     BIGINT NOT NULL DEFAULT 0,
  wrapup_ms   BIGINT NOT NULL DEFAULT 0,
  extra       TEXT NOT NULL DEFAULT '{}',
  UNIQUE (shop_id, key)
);

CREATE TABLE rating (
  id          INTEGER PRIMARY KEY,
  session_id  BIGINT REFERENCES session(id),
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  person_id   BIGINT REFERENCES person(id),
  at          BIGINT NOT NULL,
  score       BIGINT NOT NULL,
  source      TEXT NOT NULL,                    -- invited, own, system
  comment     TEXT NOT NULL DEFAULT '',
  extra       TEXT NOT NULL DEFAULT '{}',
  UNIQUE (shop_id, customer_id, at, score, source)
);
CREATE INDEX rating_by_session ON rating(session_id);

CREATE TABLE invite (
  id          INTEGER PRIMARY KEY,
  session_id  BIGINT REFERENCES session(id),
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  person_id   BIGINT REFERENCES person(id),
  at          BIGINT NOT NULL,
  extra       TEXT NOT NULL DEFAULT '{}',
  UNIQUE (shop_id, customer_id, at)
);

-- What an import says of a customer, whichever shops turn out to know him.
CREATE TABLE customer_card (
  key       TEXT PRIMARY KEY,
  name      TEXT NOT NULL DEFAULT '',
  phone     TEXT,
  email     TEXT,
  segment   TEXT,
  age_band  TEXT,
  extra     TEXT NOT NULL DEFAULT '{}'
);

-- A subject that an import set for a conversation at a time.
CREATE TABLE contact_category (
  id          INTEGER PRIMARY KEY,
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  customer_id BIGINT NOT NULL REFERENCES customer(id),
  at          BIGINT NOT NULL,
  category_id BIGINT NOT NULL REFERENCES category(id),
  extra       TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX contact_category_by_customer ON contact_category(customer_id, at);

-- What an import has seen already: makes it repeatable without an index in the hot tables. hash: of the line's members.
CREATE TABLE import_row (
  type    TEXT NOT NULL,
  key     TEXT NOT NULL,
  row_id  BIGINT NOT NULL,
  hash    TEXT NOT NULL,
  PRIMARY KEY (type, key)
);

-- What others must still be told -----------------------------------------------------------------------------------------

-- sqlite:
CREATE TABLE outbox (
  pos      INTEGER PRIMARY KEY AUTOINCREMENT,
  at       BIGINT NOT NULL,
  kind     TEXT NOT NULL,
  topic    TEXT NOT NULL,                       -- who may hear it: session:1, person:2, group:3, shop:4, all
  subject  BIGINT NOT NULL,
  ref      BIGINT NOT NULL DEFAULT 0            -- e.g. the message's seq
);
-- postgres:
CREATE TABLE outbox (
  pos      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid      BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  at       BIGINT NOT NULL,
  kind     TEXT NOT NULL,
  topic    TEXT NOT NULL,
  subject  BIGINT NOT NULL,
  ref      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX outbox_by_xid ON outbox(xid, pos);
-- both:

CREATE TABLE outbox_cursor (
  consumer  TEXT PRIMARY KEY,
  pos       BIGINT NOT NULL,
  xid       BIGINT NOT NULL DEFAULT 0,
  moved_at  BIGINT NOT NULL
);

-- The search index: one row a message, text as bigrams, with agent, shop, sender and day as tokens; filled by a consumer.
-- sqlite:
CREATE VIRTUAL TABLE message_search USING fts5(body, tags, content='', contentless_delete=1, detail='full', tokenize='unicode61 remove_diacritics 0 tokenchars ''_''');
-- postgres:
CREATE TABLE message_search (
  id    BIGINT PRIMARY KEY,
  body  TSVECTOR NOT NULL,
  tags  TSVECTOR NOT NULL
);
CREATE INDEX message_search_body ON message_search USING GIN (body);
CREATE INDEX message_search_tags ON message_search USING GIN (tags);
-- both:
