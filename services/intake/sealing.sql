-- name: due_participants
-- SKIP LOCKED, here and below: a row that somebody uses is left for the next time, and nobody waits long for us.
SELECT municipality, id, email, name FROM participant
 WHERE (municipality, id) > ($3, $4) AND ((email).key = ANY ($1::text[]) OR (name).key = ANY ($1))
 ORDER BY municipality, id LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_participants
UPDATE participant AS p SET email = t.email, name = t.name
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS id, unnest($3::sealed_text[]) AS email,
               unnest($4::sealed_text[]) AS name) AS t
 WHERE p.municipality = t.municipality AND p.id = t.id;

-- name: held_of_participants
SELECT 'participant', (v.value).key, count(*)
  FROM participant, LATERAL (VALUES (email), (name)) AS v (value) WHERE v.value IS NOT NULL GROUP BY 2;

-- name: due_co_authors
SELECT municipality, id, email FROM co_author
 WHERE (municipality, id) > ($3, $4) AND (email).key = ANY ($1::text[])
 ORDER BY municipality, id LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_co_authors
UPDATE co_author AS c SET email = t.email
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS id, unnest($3::sealed_text[]) AS email) AS t
 WHERE c.municipality = t.municipality AND c.id = t.id;

-- name: held_of_co_authors
SELECT 'co_author', (email).key, count(*) FROM co_author WHERE email IS NOT NULL GROUP BY 2;

-- name: due_helped
SELECT municipality, id, executor_name, executor_email FROM help_request
 WHERE (municipality, id) > ($3, $4)
   AND ((executor_name).key = ANY ($1::text[]) OR (executor_email).key = ANY ($1))
 ORDER BY municipality, id LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_helped
UPDATE help_request AS h SET executor_name = t.name, executor_email = t.email
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS id, unnest($3::sealed_text[]) AS name,
               unnest($4::sealed_text[]) AS email) AS t
 WHERE h.municipality = t.municipality AND h.id = t.id;

-- name: held_of_helped
SELECT 'help_request', (v.value).key, count(*)
  FROM help_request, LATERAL (VALUES (executor_name), (executor_email)) AS v (value) WHERE v.value IS NOT NULL GROUP BY 2;

-- name: due_suggested
SELECT municipality, id, name FROM help_suggestion
 WHERE (municipality, id) > ($3, $4) AND (name).key = ANY ($1::text[])
 ORDER BY municipality, id LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_suggested
UPDATE help_suggestion AS s SET name = t.name
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS id, unnest($3::sealed_text[]) AS name) AS t
 WHERE s.municipality = t.municipality AND s.id = t.id;

-- name: held_of_suggested
SELECT 'help_suggestion', (name).key, count(*) FROM help_suggestion GROUP BY 2;

-- name: due_sheets
SELECT municipality, meeting_id, nth, name, email FROM staff_meeting_person
 WHERE (municipality, meeting_id, nth) > ($3, $4, $5) AND ((name).key = ANY ($1::text[]) OR (email).key = ANY ($1))
 ORDER BY municipality, meeting_id, nth LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_sheets
UPDATE staff_meeting_person AS p SET name = t.name, email = t.email
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS meeting_id, unnest($3::int[]) AS nth,
               unnest($4::sealed_text[]) AS name, unnest($5::sealed_text[]) AS email) AS t
 WHERE p.municipality = t.municipality AND p.meeting_id = t.meeting_id AND p.nth = t.nth;

-- name: held_of_sheets
SELECT 'staff_meeting_person', (v.value).key, count(*)
  FROM staff_meeting_person, LATERAL (VALUES (name), (email)) AS v (value) WHERE v.value IS NOT NULL GROUP BY 2;

-- name: due_grids
SELECT municipality, meeting_id, key, authors FROM staff_meeting_grid
 WHERE (municipality, meeting_id, key) > ($3, $4, $5) AND (authors).key = ANY ($1::text[])
 ORDER BY municipality, meeting_id, key LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_grids
UPDATE staff_meeting_grid AS g SET authors = t.authors
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS meeting_id, unnest($3::uuid[]) AS key,
               unnest($4::sealed_text[]) AS authors) AS t
 WHERE g.municipality = t.municipality AND g.meeting_id = t.meeting_id AND g.key = t.key;

-- name: held_of_grids
SELECT 'staff_meeting_grid', (authors).key, count(*) FROM staff_meeting_grid WHERE authors IS NOT NULL GROUP BY 2;

-- name: due_colleagues
SELECT account, name FROM colleague
 WHERE account > $3 AND (name).key = ANY ($1::text[])
 ORDER BY account LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_colleagues
UPDATE colleague AS c SET name = t.name
  FROM (SELECT unnest($1::uuid[]) AS account, unnest($2::sealed_text[]) AS name) AS t
 WHERE c.account = t.account;

-- name: held_of_colleagues
SELECT 'colleague', (name).key, count(*) FROM colleague GROUP BY 2;

-- name: due_letters
-- Recipient, subject and body are sealed together, by one key.
SELECT id, recipient, subject, body FROM letter
 WHERE id > $3 AND (recipient).key = ANY ($1::text[])
 ORDER BY id LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_letters
UPDATE letter AS l SET recipient = t.recipient, subject = t.subject, body = t.body
  FROM (SELECT unnest($1::uuid[]) AS id, unnest($2::sealed_text[]) AS recipient, unnest($3::sealed_text[]) AS subject,
               unnest($4::sealed_text[]) AS body) AS t
 WHERE l.id = t.id;

-- name: held_of_letters
SELECT 'letter', (recipient).key, count(*) FROM letter GROUP BY 2;
