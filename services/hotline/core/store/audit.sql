-- name: note
INSERT INTO audit (municipality, at, account, action, subject) VALUES ($1, $2, $3, $4, $5);

-- name: lines
SELECT at, account, action, subject FROM audit WHERE municipality = $1 AND subject = $2 ORDER BY id;

-- name: wanted
-- What was done last, or before a line: in some municipalities, of a deed, within a time. Names are known from tokens.
SELECT a.id, a.municipality, a.at, a.account, a.action, a.subject, coalesce(c.name, '') AS who
  FROM audit AS a
  LEFT JOIN LATERAL (SELECT name FROM colleague WHERE account = a.account AND name <> ''
                      ORDER BY municipality = a.municipality DESC, seen_at DESC LIMIT 1) AS c ON true
 WHERE ($1::bigint IS NULL OR a.id < $1)
   AND ($3::text[] IS NULL OR a.municipality = ANY ($3))
   AND ($4::text = '' OR a.action = $4)
   AND ($5::timestamptz IS NULL OR a.at >= $5)
   AND ($6::timestamptz IS NULL OR a.at < $6)
 ORDER BY a.id DESC LIMIT $2;
