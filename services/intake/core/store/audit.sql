-- name: note
INSERT INTO audit (municipality, at, account, action, subject, role) VALUES ($1, $2, $3, $4, $5, $6);

-- name: keep_name
-- Once a day is enough: two deeds of one person at a time do not wait for each other.
INSERT INTO colleague (account, name, noted_at)
SELECT $1, $2::sealed_text, $3
 WHERE NOT EXISTS (SELECT FROM colleague WHERE account = $1 AND noted_at > $3::timestamptz - interval '1 day')
ON CONFLICT (account) DO UPDATE SET name = excluded.name, noted_at = excluded.noted_at;

-- name: wanted
-- What was done last, or before a line: in some municipalities, of a deed, to somebody or something.
SELECT a.id, a.municipality, a.at, a.account, a.role, a.action, a.subject, c.name AS who
  FROM audit AS a LEFT JOIN colleague AS c ON c.account = a.account
 WHERE ($1::bigint IS NULL OR a.id < $1)
   AND ($3::text[] IS NULL OR a.municipality = ANY ($3))
   AND ($4::text = '' OR a.action = $4)
   AND ($5::text = '' OR a.subject = $5)
 ORDER BY a.id DESC LIMIT $2;

-- name: looks
-- Wherever somebody was registered at the time.
SELECT at, role FROM audit WHERE subject = $1 AND action = 'person-seen' ORDER BY id DESC LIMIT $2;
