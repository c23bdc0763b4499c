-- The search index is merged by its consumer in small pieces, not by FTS5 in one stroke whenever it has grown by so much.
-- sqlite:
INSERT INTO message_search (message_search, rank) VALUES ('automerge', 0);
-- postgres:
SELECT 1;
