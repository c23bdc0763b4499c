-- name: audit_list
-- in:   cursor:id? person_id:id? subject_kind:text(1..40)? subject_id:id? from:time? to:time? limit:int(1..500)?
--       viewer:id@server viewer_scope:text@server viewer_group:id@server
-- out:  id:id at:time person_id:id? person_name:text? action:text subject_kind:text subject_id:id? subject_name:text? detail:json address:text
SELECT a.id, a.at, a.person_id, p.name AS person_name, a.action, a.subject_kind, a.subject_id,
  CASE a.subject_kind WHEN 'person' THEN (SELECT x.name FROM person x WHERE x.id = a.subject_id)
    WHEN 'shop' THEN (SELECT x.name FROM shop x WHERE x.id = a.subject_id)
    WHEN 'group' THEN (SELECT x.name FROM team_group x WHERE x.id = a.subject_id)
    WHEN 'role' THEN (SELECT x.name FROM role x WHERE x.id = a.subject_id)
    WHEN 'skill' THEN (SELECT x.name FROM skill x WHERE x.id = a.subject_id)
    WHEN 'category' THEN (SELECT x.name FROM category x WHERE x.id = a.subject_id)
    WHEN 'tag' THEN (SELECT x.name FROM tag x WHERE x.id = a.subject_id) END AS subject_name, a.detail, a.address
FROM audit a LEFT JOIN person p ON p.id = a.person_id
WHERE (:cursor IS NULL OR a.id < :cursor)
  AND (:person_id IS NULL OR a.person_id = :person_id)
  AND (:subject_kind IS NULL OR a.subject_kind = :subject_kind)
  AND (:subject_id IS NULL OR a.subject_id = :subject_id)
  AND (:from IS NULL OR a.at >= :from)
  AND (:to IS NULL OR a.at < :to)
  AND (:viewer_scope = 'all' OR a.person_id = :viewer
    OR (:viewer_scope = 'group' AND p.group_id = :viewer_group)
    OR (:viewer_scope = 'shop' AND EXISTS (SELECT 1 FROM person_reach x JOIN person_reach y ON y.shop_id = x.shop_id
      WHERE x.person_id = a.person_id AND y.person_id = :viewer)))
ORDER BY a.id DESC
LIMIT COALESCE(:limit, 100) + 1;
