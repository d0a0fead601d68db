-- name: due_participants
-- SKIP LOCKED, here and below: a row that somebody uses is left for the next time, and nobody waits long for us.
SELECT municipality, id, email, name FROM participant
 WHERE (municipality, id) > ($3, $4) AND ((email).key = ANY ($1::text[]) OR (name).key = ANY ($1::text[]))
 ORDER BY municipality, id LIMIT $2
   FOR NO KEY UPDATE SKIP LOCKED;

-- name: seal_participants
UPDATE participant AS p SET email = t.email, name = t.name
  FROM (SELECT unnest($1::text[]) AS municipality, unnest($2::uuid[]) AS id, unnest($3::sealed_text[]) AS email,
               unnest($4::sealed_text[]) AS name) AS t
 WHERE p.municipality = t.municipality AND p.id = t.id;

-- name: held_of_participants
SELECT 'participant.email', (email).key, count(*) FROM participant WHERE email IS NOT NULL GROUP BY 2
UNION ALL
SELECT 'participant.name', (name).key, count(*) FROM participant WHERE name IS NOT NULL GROUP BY 2;

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
SELECT 'co_author.email', (email).key, count(*) FROM co_author WHERE email IS NOT NULL GROUP BY 2;

-- name: due_letters
-- Recipient, subject and body were sealed together, by one key.
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
