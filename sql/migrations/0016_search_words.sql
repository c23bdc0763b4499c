-- One index of words and tags together: what both hold is found without reading all that holds a common word.
-- sqlite:
SELECT 1;
-- postgres:
DROP INDEX message_search_body;
DROP INDEX message_search_tags;
CREATE INDEX message_search_words ON message_search USING GIN (body, tags);
