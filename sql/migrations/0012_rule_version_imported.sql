-- A version that an import brought was set by somebody whom this record may not know.
-- sqlite:
CREATE TABLE rule_version_new (
  id        INTEGER PRIMARY KEY,
  shop_id   BIGINT REFERENCES shop(id),         -- of a profile; NULL: a setting, of the whole centre
  name      TEXT NOT NULL,                      -- of the setting; profile
  from_day  BIGINT NOT NULL,                    -- business day, days since 1970
  value     TEXT NOT NULL,
  set_at    BIGINT NOT NULL,
  set_by    BIGINT REFERENCES person(id)        -- NULL: an import said it
);
INSERT INTO rule_version_new (id, shop_id, name, from_day, value, set_at, set_by)
SELECT id, shop_id, name, from_day, value, set_at, set_by FROM rule_version;
DROP TABLE rule_version;
ALTER TABLE rule_version_new RENAME TO rule_version;
CREATE UNIQUE INDEX rule_version_of_centre ON rule_version(name, from_day) WHERE shop_id IS NULL;
CREATE UNIQUE INDEX rule_version_of_shop ON rule_version(shop_id, from_day) WHERE shop_id IS NOT NULL;
-- postgres:
ALTER TABLE rule_version ALTER COLUMN set_by DROP NOT NULL;
