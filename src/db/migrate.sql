-- name: schema_version_list
-- out:  version:int name:text checksum:text
SELECT version, name, checksum FROM schema_version ORDER BY version;

-- name: schema_version_add
-- in:   version:int name:text applied_at:time checksum:text
INSERT INTO schema_version (version, name, applied_at, checksum) VALUES (:version, :name, :applied_at, :checksum);

-- name: migration_foreign_keys
-- out:  name:text
-- sqlite:
SELECT DISTINCT "table" AS name FROM pragma_foreign_key_check ORDER BY 1 LIMIT 1;
