-- name: next_number
SELECT nextval('inquiry_number');

-- name: add
INSERT INTO inquiry (municipality, id, number, campaign, organization, direction, theme, channel, line, status, level,
                     holder_group, holder_organization, holder, holder_name, regulation_of, regulation, zone,
                     first_answer_due_at, answer_due_at, opened_at, subject, name, email, phone, participant, version,
                     continues)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28);

-- name: lock
-- FOR UPDATE: whoever holds the row decides alone, so its events keep their order.
SELECT s.* FROM inquiry_state AS s WHERE id = $1 FOR UPDATE;

-- name: one
SELECT s.* FROM inquiry_state AS s WHERE id = $1;

-- name: save
UPDATE inquiry
   SET organization = $3, direction = $4, theme = $5, status = $6, level = $7, holder_group = $8,
       holder_organization = $9, holder = $10, holder_name = $11, first_answer_due_at = $12, answer_due_at = $13,
       first_answered_at = $14, answered_at = $15, closed_at = $16, first_answer_minutes = $17, answer_minutes = $18,
       first_answer_late = $19, answer_late = $20, escalations = $21, reopened = $22, helped = $23, merged_into = $24,
       version = $25, waiting_since = $26, regulation_of = $27, regulation = $28,
       reopened_at = $29
 WHERE municipality = $1 AND id = $2;

-- name: initiator
SELECT name, email, phone, participant, subject, link_version, erased_at FROM inquiry WHERE municipality = $1 AND id = $2;

-- name: tenants
SELECT DISTINCT municipality FROM inquiry;

-- name: all_of
SELECT s.* FROM inquiry_state AS s WHERE municipality = ANY ($1::text[]) ORDER BY municipality, id;

-- name: add_level
INSERT INTO inquiry_level (municipality, inquiry_id, nth, level, holder_group, organization, since, why)
SELECT $1, $2, coalesce(max(nth), 0) + 1, $3, $4, $5, $6, $7
  FROM inquiry_level WHERE municipality = $1 AND inquiry_id = $2;

-- name: add_entry
INSERT INTO inquiry_entry (municipality, inquiry_id, nth, id, kind, at, level, by_account, by_name, text, inside)
SELECT $1, $2, coalesce(max(nth), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10
  FROM inquiry_entry WHERE municipality = $1 AND inquiry_id = $2;

-- name: entries
SELECT nth, id, kind, at, level, by_account, by_name, text, inside
  FROM inquiry_entry WHERE municipality = $1 AND inquiry_id = $2 ORDER BY nth;

-- name: merged
SELECT s.* FROM inquiry_state AS s WHERE municipality = $1 AND merged_into = $2 ORDER BY id;

-- name: lock_merged
SELECT s.* FROM inquiry_state AS s WHERE municipality = $1 AND merged_into = $2 ORDER BY id FOR UPDATE;

-- name: lock_merges
SELECT pg_advisory_xact_lock(hashtext('inquiry-merge'), hashtext($1));

-- name: asked_since
SELECT count(*) FROM inquiry
 WHERE municipality = $1 AND opened_at > $5 AND channel = 'web'
   AND CASE WHEN $2 <> '' THEN email = $2 WHEN $3 <> '' THEN phone = $3
            WHEN $4::uuid IS NOT NULL THEN participant = $4
            ELSE email = '' AND phone = '' AND participant IS NULL END;

-- name: lead_to
UPDATE inquiry SET merged_into = $3 WHERE municipality = $1 AND id = $2;

-- name: levels
SELECT level, holder_group AS group, organization, since, why
  FROM inquiry_level WHERE municipality = $1 AND inquiry_id = $2 ORDER BY nth;

-- name: revoke_link
UPDATE inquiry SET link_version = link_version + 1 WHERE municipality = $1 AND id = $2;

-- name: silent
-- Answered, and not a word since: they close by themselves.
SELECT municipality, id FROM inquiry WHERE status = 'answered' AND answered_at <= $1 ORDER BY answered_at LIMIT $2;

-- name: erase
UPDATE inquiry
   SET name = '', email = '', phone = '', participant = NULL, subject = '', link_version = link_version + 1,
       erased_at = $3
 WHERE municipality = $1 AND id = $2;

-- name: erase_words
-- What was said, and by whom where it was the initiator; what happened stays.
UPDATE inquiry_entry
   SET text = CASE WHEN kind = ANY ($3::text[]) THEN '' ELSE text END,
       by_name = CASE WHEN by_account IS NULL THEN '' ELSE by_name END
 WHERE municipality = $1 AND inquiry_id = $2;

-- name: expired
SELECT municipality, id FROM inquiry WHERE closed_at < $1 AND erased_at IS NULL ORDER BY closed_at, id LIMIT $2;

-- name: count_expired
SELECT municipality, count(*) AS count FROM inquiry WHERE closed_at < $1 AND erased_at IS NULL
 GROUP BY municipality ORDER BY municipality;

-- name: unanswered
-- What nobody has answered while its campaign went on: it never ends.
SELECT municipality, id FROM inquiry
 WHERE status IN ('new', 'taken', 'waiting', 'transferred') AND campaign = ANY ($1::text[]) AND erased_at IS NULL
 ORDER BY opened_at, id LIMIT $2;

-- name: count_unanswered
SELECT municipality, count(*) AS count FROM inquiry
 WHERE status IN ('new', 'taken', 'waiting', 'transferred') AND campaign = ANY ($1::text[]) AND erased_at IS NULL
 GROUP BY municipality;

-- name: is_appointed
SELECT EXISTS (SELECT FROM staff_grant
                WHERE scope = 'organization' AND scope_of = $1 AND from_at <= $2
                  AND (until_at IS NULL OR until_at > $2));
