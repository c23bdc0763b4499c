-- What figures are counted with, by date. On a business day a setting of the figures, or a shop's profile, is what its latest row from that day or an
-- earlier one says; before the first of them what the table setting, or the shop, says: that holds from the beginning.
CREATE TABLE rule_version (
  id        INTEGER PRIMARY KEY,
  shop_id   BIGINT REFERENCES shop(id),         -- of a profile; NULL: a setting, of the whole centre
  name      TEXT NOT NULL,                      -- of the setting; profile
  from_day  BIGINT NOT NULL,                    -- business day, days since 1970
  value     TEXT NOT NULL,
  set_at    BIGINT NOT NULL,
  set_by    BIGINT NOT NULL REFERENCES person(id)
);
CREATE UNIQUE INDEX rule_version_of_centre ON rule_version(name, from_day) WHERE shop_id IS NULL;
CREATE UNIQUE INDEX rule_version_of_shop ON rule_version(shop_id, from_day) WHERE shop_id IS NOT NULL;
