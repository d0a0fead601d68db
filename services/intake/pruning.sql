-- name: ended_sessions
DELETE FROM participant_session WHERE id IN (
    SELECT id FROM participant_session WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: expired_codes
-- Of the registered, and of addresses that nobody has: a row also counts the letters of the last hour.
DELETE FROM confirmation_code WHERE handle IN (
    SELECT c.handle FROM confirmation_code AS c LEFT JOIN participant AS p ON p.id = c.participant_id
     WHERE c.expires_at < $1 AND (c.participant_id IS NULL OR p.registered_at IS NOT NULL)
     LIMIT $2 FOR UPDATE OF c SKIP LOCKED);

-- name: unconfirmed
-- Participants who never entered the code: their address is not ours to keep. The participant is locked before the
-- code, as confirming does; one who is confirming now is skipped.
WITH gone AS (
    DELETE FROM participant WHERE (municipality, id) IN (
        SELECT p.municipality, p.id FROM participant AS p JOIN confirmation_code AS c ON c.participant_id = p.id
         WHERE p.registered_at IS NULL AND c.expires_at < $1 LIMIT $2 FOR UPDATE OF p SKIP LOCKED)
    RETURNING id
), codes AS (
    DELETE FROM confirmation_code WHERE participant_id IN (SELECT id FROM gone)
)
DELETE FROM participant_directory WHERE participant_id IN (SELECT id FROM gone);

-- name: forgotten_drafts
-- With their files: one that has just been added to a draft has saved it, so that it is not among these.
WITH forgotten AS (
    SELECT municipality, participant_id, id FROM draft WHERE saved_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
), files AS (
    DELETE FROM attachment AS a USING forgotten AS f
     WHERE a.municipality = f.municipality AND a.holder = f.id AND a.draft_of = f.participant_id RETURNING a.key
), leftover AS (
    INSERT INTO attachment_leftover (key, due_at) SELECT key, now() FROM files WHERE key IS NOT NULL
)
DELETE FROM draft AS d USING forgotten AS f
 WHERE (d.municipality, d.participant_id, d.id) = (f.municipality, f.participant_id, f.id);

-- name: moves
DELETE FROM participant_move WHERE participant_id IN (
    SELECT participant_id FROM participant_move WHERE moved_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: taken_back
-- Invitations that their author took back: their letters count no longer.
DELETE FROM co_author_directory WHERE id IN (
    SELECT id FROM co_author_directory WHERE tenant = '' AND named_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: unanswered
-- Addresses that nobody has confirmed are not ours to keep; one that is being answered now is skipped.
WITH gone AS (
    DELETE FROM co_author WHERE (municipality, id) IN (
        SELECT municipality, id FROM co_author
         WHERE state IN ('named', 'asking') AND since < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
    RETURNING id
)
DELETE FROM co_author_directory WHERE id IN (SELECT id FROM gone);

-- name: suggestions_of_ended
DELETE FROM help_suggestion WHERE (municipality, id) IN (
    SELECT s.municipality, s.id FROM help_suggestion AS s
      JOIN help_request AS h ON h.municipality = s.municipality AND h.id = s.request_id
     WHERE h.ended_at < $1 LIMIT $2 FOR UPDATE OF s SKIP LOCKED);

-- name: texts_of_ended
-- The rest of them stays counted.
UPDATE help_request SET text = NULL WHERE (municipality, id) IN (
    SELECT municipality, id FROM help_request
     WHERE ended_at < $1 AND text IS NOT NULL LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: waiting_sessions
-- Here and below: what the statement of the same rule would delete.
SELECT count(*), min(expires_at) AS oldest FROM participant_session WHERE expires_at < $1;

-- name: waiting_moves
SELECT count(*), min(moved_at) AS oldest FROM participant_move WHERE moved_at < $1;

-- name: waiting_codes
SELECT count(*), min(c.expires_at) AS oldest
  FROM confirmation_code AS c LEFT JOIN participant AS p ON p.id = c.participant_id
 WHERE c.expires_at < $1 AND (c.participant_id IS NULL OR p.registered_at IS NOT NULL);

-- name: waiting_unconfirmed
SELECT count(*), min(c.expires_at) AS oldest
  FROM participant AS p JOIN confirmation_code AS c ON c.participant_id = p.id
 WHERE p.registered_at IS NULL AND c.expires_at < $1;

-- name: waiting_unanswered
SELECT count(*), min(since) AS oldest FROM co_author WHERE state IN ('named', 'asking') AND since < $1;

-- name: waiting_taken_back
SELECT count(*), min(named_at) AS oldest FROM co_author_directory WHERE tenant = '' AND named_at < $1;

-- name: waiting_drafts
SELECT count(*), min(saved_at) AS oldest FROM draft WHERE saved_at < $1;

-- name: waiting_suggestions
SELECT count(*), min(h.ended_at) AS oldest
  FROM help_suggestion AS s JOIN help_request AS h ON h.municipality = s.municipality AND h.id = s.request_id
 WHERE h.ended_at < $1;

-- name: waiting_help_texts
SELECT count(*), min(ended_at) AS oldest FROM help_request WHERE ended_at < $1 AND text IS NOT NULL;
