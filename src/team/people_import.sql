-- shape: people_import_do
-- in:   dry:bool?

-- shape: people_import_row
-- out:  line:int account:text name:text result:enum(new,updated,rejected) reason:text link:text?

-- shape: people_import_reply
-- out:  rows:json created:int updated:int rejected:int
