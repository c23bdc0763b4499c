-- What fired: a rule may look at another figure later, and its history does not change with it.
ALTER TABLE alert_log ADD COLUMN metric TEXT NOT NULL DEFAULT '';
UPDATE alert_log SET metric = (SELECT a.metric FROM alert_rule a WHERE a.id = alert_log.rule_id);
