-- name: export_who
-- in:   person_id:id
-- out:  name:text
SELECT name FROM person WHERE id = :person_id;

-- name: export_audit
-- A route that reads writes no audit row by itself.
-- in:   id:id at:time person_id:id action:text detail:text address:text
INSERT INTO audit (id, at, person_id, action, subject_kind, detail, address) VALUES (:id, :at, :person_id, :action, 'report_export', :detail, :address);
