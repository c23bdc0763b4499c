-- A commit wrote one page more for the counter of the outbox's positions. The newest row is never pruned, so the next position is one more than its.
-- sqlite:
CREATE TABLE outbox_next (
  pos      INTEGER PRIMARY KEY,
  at       BIGINT NOT NULL,
  kind     TEXT NOT NULL,
  topic    TEXT NOT NULL,                       -- who may hear it: session:1, person:2, group:3, shop:4, all
  subject  BIGINT NOT NULL,
  ref      BIGINT NOT NULL DEFAULT 0            -- e.g. the message's seq
);
INSERT INTO outbox_next SELECT pos, at, kind, topic, subject, ref FROM outbox ORDER BY pos;
DROP TABLE outbox;
ALTER TABLE outbox_next RENAME TO outbox;
-- postgres:
SELECT 1;
