-- name: search_source
-- The message to index, with what its tags are made of.
-- in:   session_id:id seq:int
-- out:  id:id sender:text person_id:id? kind:text text:text shop_id:id agent_id:id? group_id:id?
SELECT m.id, m.sender, m.person_id, m.kind, m.text, s.shop_id, s.agent_id, s.group_id
FROM message m JOIN session s ON s.id = m.session_id
WHERE m.session_id = :session_id AND m.seq = :seq;

-- name: search_session
-- in:   session_id:id
-- out:  seq:int
SELECT m.seq FROM message m WHERE m.session_id = :session_id ORDER BY m.seq;

-- name: search_agent
-- in:   session_id:id
-- out:  agent_id:id
SELECT s.agent_id FROM session s WHERE s.id = :session_id AND s.agent_id IS NOT NULL;

-- name: search_stale
-- Messages of a session that are not tagged with this agent. SQLite keeps no tags to read, only to find by.
-- in:   session_id:id agent_tag:text
-- out:  = search_session
-- sqlite:
SELECT m.seq FROM message m WHERE m.session_id = :session_id AND m.kind <> 'event' AND m.id NOT IN (
  SELECT f.rowid FROM message_search f WHERE f.message_search MATCH 'tags : ' || :agent_tag
    AND f.rowid >= (SELECT MIN(x.id) FROM message x WHERE x.session_id = :session_id)
    AND f.rowid <= (SELECT MAX(y.id) FROM message y WHERE y.session_id = :session_id)) ORDER BY m.seq;
-- postgres:
SELECT m.seq FROM message m JOIN message_search f ON f.id = m.id
WHERE m.session_id = :session_id AND NOT f.tags @@ :agent_tag::tsquery ORDER BY m.seq;

-- name: search_put
-- in:   id:id body:text tags:text
-- sqlite:
INSERT OR REPLACE INTO message_search (rowid, body, tags) VALUES (:id, :body, :tags);
-- postgres:
INSERT INTO message_search (id, body, tags) VALUES (:id, :body::tsvector, :tags::tsvector)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, tags = excluded.tags;

-- name: search_merge
-- A piece of the merging that FTS5 would else do in one stroke, whenever it has grown by so much.
-- in:   pages:int
-- sqlite:
INSERT INTO message_search (message_search, rank) VALUES ('merge', :pages);

-- name: search_drop
-- in:   id:id
-- sqlite:
DELETE FROM message_search WHERE rowid = :id;
-- postgres:
DELETE FROM message_search WHERE id = :id;

-- name: search_list
-- in:   q:text(1..100) sender:enum(customer,agent,robot,auto,system)? agent_id:id? shop_id:id? from:time? to:time? cursor:id? limit:int(1..100)?
-- out:  id:id session_id:id seq:int at:time sender:text person_name:text? customer_name:text shop_name:text shop_colour:text text:text

-- name: search_page
-- The index finds newest first; what the viewer may see is then decided as for any session. PostgreSQL gathers all that holds the
-- words and sorts it ("+ 0": never walks all messages for words that few hold), after search_walk has shown that they are not common.
-- plan: values
-- in:   match:text tags:text before:int low:int high:int limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  = search_list
-- sqlite:
SELECT m.id, m.session_id, m.seq, m.at, m.sender, p.name AS person_name, c.name AS customer_name, h.name AS shop_name, h.colour AS shop_colour, m.text
FROM message_search f JOIN message m ON m.id = f.rowid JOIN session s ON s.id = m.session_id JOIN customer c ON c.id = s.customer_id
  JOIN shop h ON h.id = s.shop_id LEFT JOIN person p ON p.id = m.person_id AND m.sender <> 'customer' LEFT JOIN person a ON a.id = s.agent_id
WHERE f.message_search MATCH :match AND :tags = :tags AND f.rowid < :before AND f.rowid >= :low AND f.rowid < :high
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
        UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)))
ORDER BY f.rowid DESC LIMIT :limit;
-- postgres:
SELECT m.id, m.session_id, m.seq, m.at, m.sender, p.name AS person_name, c.name AS customer_name, h.name AS shop_name, h.colour AS shop_colour, m.text
FROM (SELECT x.id + 0 AS id FROM message_search x
    WHERE x.body @@ :match::tsquery AND (:tags = '' OR x.tags @@ :tags::tsquery) AND x.id < :before AND x.id >= :low AND x.id < :high ORDER BY 1 DESC OFFSET 0) f
  JOIN message m ON m.id = f.id JOIN session s ON s.id = m.session_id JOIN customer c ON c.id = s.customer_id
  JOIN shop h ON h.id = s.shop_id LEFT JOIN person p ON p.id = m.person_id AND m.sender <> 'customer' LEFT JOIN person a ON a.id = s.agent_id
WHERE (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
        UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)))
ORDER BY f.id DESC LIMIT :limit;

-- name: search_floor
-- The oldest of the messages to walk through.
-- in:   before:int steps:int
-- out:  id:id
-- postgres:
SELECT f.id FROM message_search f WHERE f.id < :before ORDER BY f.id DESC LIMIT 1 OFFSET :steps;

-- name: search_walk
-- The same of the newest messages, one by one ("IS TRUE": without the words' index): what is common is found at once.
-- in:   = search_page
-- out:  = search_list
-- postgres:
SELECT m.id, m.session_id, m.seq, m.at, m.sender, p.name AS person_name, c.name AS customer_name, h.name AS shop_name, h.colour AS shop_colour, m.text
FROM message_search f JOIN message m ON m.id = f.id JOIN session s ON s.id = m.session_id JOIN customer c ON c.id = s.customer_id
  JOIN shop h ON h.id = s.shop_id LEFT JOIN person p ON p.id = m.person_id AND m.sender <> 'customer' LEFT JOIN person a ON a.id = s.agent_id
WHERE (f.body @@ :match::tsquery) IS TRUE AND (:tags = '' OR (f.tags @@ :tags::tsquery) IS TRUE) AND f.id < :before AND f.id >= :low AND f.id < :high
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
        UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)))
ORDER BY f.id DESC LIMIT :limit;
