-- Sales figures look for what was paid, refunded and rung on given days.
CREATE INDEX payment_by_time ON payment(at);
CREATE INDEX refund_by_time ON refund(at);
CREATE INDEX call_by_time ON call(shop_id, at);

-- A month of one shop whose figures were paid out: they never change again.
CREATE TABLE month_close (
  id           INTEGER PRIMARY KEY,
  shop_id      BIGINT NOT NULL REFERENCES shop(id),
  month        TEXT NOT NULL,                   -- 2026-03
  closed_at    BIGINT NOT NULL,
  closed_by    BIGINT NOT NULL REFERENCES person(id),
  profile      TEXT NOT NULL,
  attribution  TEXT NOT NULL,
  rules        TEXT NOT NULL,                   -- JSON: the settings in force, by name
  header       TEXT NOT NULL,                   -- JSON: the report's header as it was
  note         TEXT NOT NULL DEFAULT '',
  UNIQUE (shop_id, month)
);

-- What was closed: sum and count of each figure of each agent (0: nobody, -1: the shop), by the keys of then.
CREATE TABLE month_figure (
  close_id   BIGINT NOT NULL REFERENCES month_close(id),
  person_id  BIGINT NOT NULL,
  metric     TEXT NOT NULL,
  value      TEXT NOT NULL,                     -- as the report printed it: a number, null, "pending"
  sum        BIGINT NOT NULL,
  count      BIGINT NOT NULL,
  PRIMARY KEY (close_id, person_id, metric)
);

-- What came late: how a figure of a closed month would read now, in a row of its own each time it was found changed.
CREATE TABLE month_restatement (
  id          INTEGER PRIMARY KEY,
  close_id    BIGINT NOT NULL REFERENCES month_close(id),
  at          BIGINT NOT NULL,
  found_by    BIGINT NOT NULL REFERENCES person(id),
  person_id   BIGINT NOT NULL,
  metric      TEXT NOT NULL,
  old_value   TEXT NOT NULL,
  old_sum     BIGINT NOT NULL,
  old_count   BIGINT NOT NULL,
  value       TEXT NOT NULL,
  sum         BIGINT NOT NULL,
  count       BIGINT NOT NULL
);
CREATE INDEX month_restatement_of ON month_restatement(close_id, person_id, metric);
