-- What an import has seen, and what it added, stand in one tree each, no longer in two and three: most of what such a row cost were the other ones.
-- sqlite:
CREATE TABLE import_row_next (
  type    TEXT NOT NULL,
  key     TEXT NOT NULL,
  row_id  BIGINT NOT NULL,
  hash    TEXT NOT NULL,
  PRIMARY KEY (type, key)
) WITHOUT ROWID;
INSERT INTO import_row_next SELECT type, key, row_id, hash FROM import_row ORDER BY type, key;
DROP TABLE import_row;
ALTER TABLE import_row_next RENAME TO import_row;

CREATE TABLE import_added_next (
  import_id  BIGINT NOT NULL REFERENCES data_import(id),
  type       TEXT NOT NULL,
  key        TEXT NOT NULL,
  row_id     BIGINT NOT NULL,
  changed    BOOLEAN NOT NULL,                   -- it stood there before
  PRIMARY KEY (import_id, type, key)
) WITHOUT ROWID;
INSERT INTO import_added_next SELECT import_id, type, key, row_id, changed FROM import_added ORDER BY import_id, type, key;
DROP TABLE import_added;
ALTER TABLE import_added_next RENAME TO import_added;
-- postgres:
ALTER TABLE import_added DROP CONSTRAINT import_added_pkey;
ALTER TABLE import_added ADD PRIMARY KEY (import_id, type, key);
DROP INDEX import_added_by_import;
