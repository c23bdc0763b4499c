-- name: file_add
-- in:   id:id session_id:id shop_id:id stored_name:text name:text type:text size:int sha256:text person_id:id? customer_id:id? created_at:time
INSERT INTO file (id, session_id, shop_id, stored_name, name, type, size, sha256, person_id, customer_id, created_at)
VALUES (:id, :session_id, :shop_id, :stored_name, :name, :type, :size, :sha256, :person_id, :customer_id, :created_at);

-- name: file_by_id
-- in:   file_id:id
-- out:  session_id:id? shop_id:id stored_name:text name:text type:text size:int sha256:text
SELECT session_id, shop_id, stored_name, name, type, size, sha256 FROM file WHERE id = :file_id;

-- shape: file_put_in
-- in:   session_id:id name:text(0..300)?

-- shape: file_put_out
-- out:  file_id:id name:text type:text size:int

-- shape: file_get_in
-- in:   file_id:id

-- name: file_stored_list
-- out:  stored_name:text
SELECT stored_name FROM file ORDER BY id;
