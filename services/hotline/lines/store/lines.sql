-- name: one
SELECT municipality, id, name, phones, email, address, week, help, working_group, act_number, act_day, closed, version,
       changed_at,
       ARRAY (SELECT s.municipality FROM line_share AS s
               WHERE s.line_of = l.municipality AND s.agreed_at IS NOT NULL AND s.ended_at IS NULL
               ORDER BY s.municipality) AS serves
  FROM line AS l WHERE municipality = $1;

-- name: by_id
SELECT municipality FROM line WHERE id = $1;

-- name: lock
-- FOR UPDATE: whoever holds the row decides alone on the line, its shares and its duty.
SELECT municipality FROM line WHERE municipality = $1 FOR UPDATE;

-- name: add
-- DO NOTHING: of two who define it at once, one does.
INSERT INTO line (municipality, id, name, phones, email, address, week, help, working_group, act_number, act_day, closed,
                  version, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (municipality) DO NOTHING
RETURNING municipality;

-- name: save
UPDATE line
   SET name = $3, phones = $4, email = $5, address = $6, week = $7, help = $8, working_group = $9, act_number = $10,
       act_day = $11, closed = $12, version = $13, changed_at = $14
 WHERE municipality = $1 AND id = $2;

-- name: all_of
SELECT municipality, id, name, phones, email, address, week, help, working_group, act_number, act_day, closed, version,
       changed_at,
       ARRAY (SELECT s.municipality FROM line_share AS s
               WHERE s.line_of = l.municipality AND s.agreed_at IS NOT NULL AND s.ended_at IS NULL
               ORDER BY s.municipality) AS serves
  FROM line AS l WHERE municipality = ANY ($1::text[]) ORDER BY municipality;

-- name: has_email
SELECT EXISTS (SELECT FROM line WHERE lower(email) = lower($2) AND municipality <> $1 AND NOT closed);

-- name: tenants
SELECT municipality FROM line;

-- name: shared_with
-- Whose lines a settlement shares.
SELECT line_of FROM line_share
 WHERE municipality = $1 AND agreed_at IS NOT NULL AND ended_at IS NULL ORDER BY line_of;

-- name: share
SELECT municipality, line_of, offered_at, agreed_at, ended_at FROM line_share WHERE municipality = $1 AND line_of = $2;

-- name: shares
-- Of a municipality: those who share its line or were offered it, and whose line it shares or was offered.
SELECT municipality, line_of, offered_at, agreed_at, ended_at
  FROM line_share WHERE (line_of = $1 OR municipality = $1) AND ended_at IS NULL ORDER BY municipality, line_of;

-- name: keep_share
INSERT INTO line_share (municipality, line_of, offered_at, agreed_at, ended_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (municipality, line_of) DO UPDATE
   SET offered_at = excluded.offered_at, agreed_at = excluded.agreed_at, ended_at = excluded.ended_at;

-- name: open_cases
-- What waits at the line itself: what was passed on is with somebody else.
SELECT id, number, municipality FROM inquiry
 WHERE municipality = ANY ($1::text[]) AND level = 'hotline' AND status IN ('new', 'taken', 'waiting', 'transferred')
   AND erased_at IS NULL
 ORDER BY number;

-- name: cases
SELECT id, number, municipality FROM inquiry WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]) ORDER BY number;
