-- Saved reports, composite scores, deliveries, anomalies, alerts.

-- A question that was saved: metrics, groups, filters, span, order, chart (measure/design.h).
CREATE TABLE report_design (
  id          INTEGER PRIMARY KEY,
  owner_id    BIGINT NOT NULL REFERENCES person(id),
  name        TEXT NOT NULL,
  shared      TEXT NOT NULL DEFAULT 'none',     -- none, group (of the owner), all
  spec        TEXT NOT NULL,                    -- JSON
  created_at  BIGINT NOT NULL,
  updated_at  BIGINT NOT NULL
);
CREATE INDEX report_design_by_owner ON report_design(owner_id);

-- Who keeps a design on the own board.
CREATE TABLE report_pin (
  person_id  BIGINT NOT NULL REFERENCES person(id),
  design_id  BIGINT NOT NULL REFERENCES report_design(id) ON DELETE CASCADE,
  PRIMARY KEY (person_id, design_id)
);

CREATE TABLE score_template (
  id          INTEGER PRIMARY KEY,
  owner_id    BIGINT REFERENCES person(id),     -- NULL: shipped
  name        TEXT NOT NULL,
  items       TEXT NOT NULL,                    -- JSON: [{metric, weight, worst, best}]
  prizes      TEXT NOT NULL DEFAULT '[]',       -- JSON: what the first, second ... rank is given
  builtin     BOOLEAN NOT NULL DEFAULT FALSE,
  updated_at  BIGINT NOT NULL
);

-- What is sent by itself, with the owner's scope at the time of sending.
CREATE TABLE delivery (
  id          INTEGER PRIMARY KEY,
  owner_id    BIGINT NOT NULL REFERENCES person(id),
  name        TEXT NOT NULL,
  design_id   BIGINT REFERENCES report_design(id), -- NULL: the digest
  channel     TEXT NOT NULL,                    -- mail, dingtalk, feishu, wecom
  target      TEXT NOT NULL,                    -- addresses, or the robot's URL
  secret      TEXT NOT NULL DEFAULT '',         -- of the robot; written, never told
  schedule    TEXT NOT NULL,                    -- JSON: {every, at, weekday, day}
  timezone    TEXT NOT NULL,
  shop_id     BIGINT REFERENCES shop(id),
  lang        TEXT NOT NULL DEFAULT 'zh',
  attach      BOOLEAN NOT NULL DEFAULT FALSE,   -- mail: the figures as a spreadsheet too
  next_at     BIGINT NOT NULL,
  last_at     BIGINT,
  last_state  TEXT NOT NULL DEFAULT '',         -- sent, failed, stopped
  last_error  TEXT NOT NULL DEFAULT '',
  paused      BOOLEAN NOT NULL DEFAULT FALSE,
  created_at  BIGINT NOT NULL
);
CREATE INDEX delivery_due ON delivery(next_at) WHERE NOT paused;

-- One message on its way. A slot is asked for once, whatever ends in between; what was being sent when the server ended is sent again.
CREATE TABLE delivery_job (
  id           INTEGER PRIMARY KEY,
  delivery_id  BIGINT NOT NULL REFERENCES delivery(id) ON DELETE CASCADE,
  kind         TEXT NOT NULL,                   -- scheduled, test, alert
  slot         TEXT NOT NULL,                   -- makes it one of a kind
  text         TEXT NOT NULL DEFAULT '',        -- alert: the line
  state        TEXT NOT NULL DEFAULT 'waiting', -- waiting, sending, sent, joined (went along with another), failed, stopped
  due_at       BIGINT NOT NULL,
  tries        BIGINT NOT NULL DEFAULT 0,
  error        TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  finished_at  BIGINT,
  UNIQUE (delivery_id, slot)
);
CREATE INDEX delivery_job_open ON delivery_job(due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX delivery_job_done ON delivery_job(delivery_id, finished_at);

-- What was unusual about an agent's hour or day.
CREATE TABLE anomaly (
  id            INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL,                  -- day, hour
  shop_id       BIGINT NOT NULL REFERENCES shop(id),
  person_id     BIGINT NOT NULL REFERENCES person(id),
  day           BIGINT NOT NULL,                -- business day, days since 1970
  hour          BIGINT NOT NULL DEFAULT -1,
  metric        TEXT NOT NULL,
  value         DOUBLE PRECISION NOT NULL,
  usual         DOUBLE PRECISION NOT NULL,
  score         DOUBLE PRECISION NOT NULL,      -- robust z, against what is usual
  p             DOUBLE PRECISION NOT NULL,
  q             DOUBLE PRECISION NOT NULL,      -- false discovery rate at which it would be reported
  events        BIGINT NOT NULL,                -- what the figure was counted from: rounds, customers
  sessions      BIGINT NOT NULL,
  slow          BIGINT NOT NULL,
  most_open     BIGINT NOT NULL,
  dismissed_at  BIGINT,
  dismissed_by  BIGINT REFERENCES person(id),
  note          TEXT NOT NULL DEFAULT '',
  UNIQUE (shop_id, day, person_id, hour, metric)
);
CREATE INDEX anomaly_by_day ON anomaly(day);

-- How far a shop's day was looked at: hours closed then (24: the whole day).
CREATE TABLE anomaly_day (
  shop_id  BIGINT NOT NULL REFERENCES shop(id),
  day      BIGINT NOT NULL,
  hours    BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  PRIMARY KEY (shop_id, day)
);

CREATE TABLE alert_rule (
  id           INTEGER PRIMARY KEY,
  owner_id     BIGINT NOT NULL REFERENCES person(id),
  metric       TEXT NOT NULL,                   -- waiting, longest_wait_s, open_per_agent, answered_within
  op           TEXT NOT NULL,                   -- above, below
  value        BIGINT NOT NULL,
  hold_s       BIGINT NOT NULL DEFAULT 10,      -- so long without a break before it fires, and before it ends
  shop_id      BIGINT REFERENCES shop(id),
  group_id     BIGINT REFERENCES team_group(id),
  delivery_id  BIGINT REFERENCES delivery(id),
  in_page      BOOLEAN NOT NULL DEFAULT TRUE,
  created_at   BIGINT NOT NULL
);

CREATE TABLE alert_log (
  id         INTEGER PRIMARY KEY,
  rule_id    BIGINT NOT NULL REFERENCES alert_rule(id) ON DELETE CASCADE,
  since      BIGINT NOT NULL,
  until      BIGINT,                            -- NULL: still so
  value      BIGINT NOT NULL,                   -- when it fired
  worst      BIGINT NOT NULL
);
CREATE INDEX alert_log_by_rule ON alert_log(rule_id, since);
