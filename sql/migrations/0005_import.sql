-- Imports as rows: who brought what, what came of it, and what has to go when it is taken back.

CREATE TABLE data_import (
  id           INTEGER PRIMARY KEY,
  person_id    BIGINT REFERENCES person(id),     -- NULL: the command line
  shop_id      BIGINT REFERENCES shop(id),       -- NULL: the file names its shops itself
  file_name    TEXT NOT NULL,
  stored_name  TEXT NOT NULL DEFAULT '',         -- in <data>/imports; empty once the file is gone
  size         BIGINT NOT NULL DEFAULT 0,
  format       TEXT NOT NULL DEFAULT '',         -- txt, html, csv, tsv, xlsx, jsonl
  kind         TEXT NOT NULL DEFAULT '',         -- lines, chats, orders, refunds, ratings, calls, figures, mapping
  mapping      TEXT NOT NULL DEFAULT '{}',       -- the mapping in use, as the command line takes it
  state        TEXT NOT NULL,                    -- uploaded, checking, checked, running, done, failed, undoing, undone, kept
  phase        TEXT NOT NULL DEFAULT '',         -- of a running job: read, store, index, undo
  done         BIGINT NOT NULL DEFAULT 0,        -- ... and how far it is, of total
  total        BIGINT NOT NULL DEFAULT 0,
  findings     TEXT NOT NULL DEFAULT '{}',       -- JSON: what the check found (names, columns, samples)
  counts       TEXT NOT NULL DEFAULT '{}',       -- JSON: the reconciliation table
  why          TEXT NOT NULL DEFAULT '',
  first_at     BIGINT NOT NULL DEFAULT 0,        -- the span of what it changed; 0: nothing
  last_at      BIGINT NOT NULL DEFAULT 0,
  created_at   BIGINT NOT NULL,
  started_at   BIGINT,
  finished_at  BIGINT,
  undone_at    BIGINT,
  undone_by    BIGINT REFERENCES person(id)
);

-- Rejected records, so that they can be mended at their source.
CREATE TABLE import_reject (
  import_id  BIGINT NOT NULL REFERENCES data_import(id),
  seq        BIGINT NOT NULL,
  place      TEXT NOT NULL,                      -- "line 17"
  reason     TEXT NOT NULL,
  PRIMARY KEY (import_id, seq)
);

-- What an import added (or only changed), by the names that import_row knows. Goes when the import is undone.
CREATE TABLE import_added (
  type       TEXT NOT NULL,
  key        TEXT NOT NULL,
  import_id  BIGINT NOT NULL REFERENCES data_import(id),
  row_id     BIGINT NOT NULL,
  changed    BOOLEAN NOT NULL,                   -- it stood there before
  PRIMARY KEY (type, key, import_id)
);
CREATE INDEX import_added_by_import ON import_added(import_id, type);

-- The messages that an import added, by customer: a row in the hot table costs no index and no row of its own here.
CREATE TABLE import_chat (
  import_id    BIGINT NOT NULL REFERENCES data_import(id),
  customer_id  BIGINT NOT NULL,
  part         BIGINT NOT NULL,
  fresh        BOOLEAN NOT NULL,                 -- the customer came with this import
  messages     TEXT NOT NULL,                    -- ids, comma separated
  PRIMARY KEY (import_id, customer_id, part)
);

-- Whom an import named: a person who is in use is not taken back.
CREATE TABLE import_named (
  import_id  BIGINT NOT NULL REFERENCES data_import(id),
  person_id  BIGINT NOT NULL REFERENCES person(id),
  PRIMARY KEY (import_id, person_id)
);

CREATE TABLE import_mapping (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  kind        TEXT NOT NULL,
  body        TEXT NOT NULL,                     -- a mapping file
  person_id   BIGINT REFERENCES person(id),
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);

-- Nicknames of other systems, and who or what they are here.
CREATE TABLE import_name (
  id          INTEGER PRIMARY KEY,
  shop_id     BIGINT NOT NULL REFERENCES shop(id),
  name        TEXT NOT NULL,
  role        TEXT NOT NULL,                     -- agent, robot, customer, system, ignore
  person_id   BIGINT REFERENCES person(id),      -- of an agent
  updated_at  BIGINT NOT NULL,
  UNIQUE (shop_id, name)
);

-- Orders whose list named no buyer, until a conversation with their number in it does.
CREATE TABLE purchase_unlinked (
  purchase_id  BIGINT PRIMARY KEY REFERENCES purchase(id)
);

-- Figures of another system, to stand beside ours.
CREATE TABLE external_figure (
  id         INTEGER PRIMARY KEY,
  person_id  BIGINT NOT NULL REFERENCES person(id),
  day        BIGINT NOT NULL,                    -- days since 1970
  metric     TEXT NOT NULL,                      -- a key of the catalogue
  source     TEXT NOT NULL,
  value      TEXT NOT NULL,                      -- as it stood there
  number     DOUBLE PRECISION,                   -- in the metric's unit (ms, cents, share of 1); NULL: none (-, 延迟统计)
  UNIQUE (person_id, day, metric, source)
);
CREATE INDEX external_figure_by_day ON external_figure(day);

-- What refers to a customer or a conversation is looked for when one of them goes.
CREATE INDEX call_by_customer ON call(customer_id, at);
CREATE INDEX rating_by_customer ON rating(customer_id, at);
CREATE INDEX invite_by_customer ON invite(customer_id, at);
CREATE INDEX invite_by_session ON invite(session_id);
CREATE INDEX file_by_session ON file(session_id);
