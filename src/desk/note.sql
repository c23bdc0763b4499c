-- name: note_list
-- in:   session_id:id
-- out:  id:id at:time person_id:id person_name:text text:text
SELECT n.id, n.at, n.person_id, p.name AS person_name, n.text FROM session_note n JOIN person p ON p.id = n.person_id
WHERE n.session_id = :session_id ORDER BY n.id;

-- name: note_add
-- in:   new_id:id@server session_id:id now:time@server viewer:id@server text:text(1..2000)
-- out:  id:id at:time
INSERT INTO session_note (id, session_id, at, person_id, text) VALUES (:new_id, :session_id, :now, :viewer, :text) RETURNING id, at;
