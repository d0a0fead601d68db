-- name: see
INSERT INTO colleague (municipality, account, name, seen_at)
SELECT municipality, $2, $3, $4 FROM unnest($1::text[]) AS municipality ORDER BY municipality
ON CONFLICT (municipality, account) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at;

-- name: of
-- Those who may still work there.
SELECT account, name, seen_at
  FROM colleague AS c
 WHERE municipality = $1
   AND EXISTS (SELECT FROM staff_grant AS g
                WHERE g.account = c.account AND g.from_at <= $2 AND (g.until_at IS NULL OR g.until_at > $2)
                  AND (g.tenant = $1 OR g.tenant IN (SELECT v.served_by FROM staff_serving AS v
                                                      WHERE v.tenant = $1 AND (v.until_at IS NULL OR v.until_at > $2))))
 ORDER BY name, account;

-- name: seeing
-- Those who see all of it, by a grant over the municipality, or what has passed these groups and organizations.
SELECT account, name, seen_at
  FROM colleague AS c
 WHERE municipality = $1
   AND EXISTS (SELECT FROM staff_grant AS g
                WHERE g.account = c.account AND g.from_at <= $2 AND (g.until_at IS NULL OR g.until_at > $2)
                  AND (g.scope = 'municipality' OR g.scope IN ('group', 'organization') AND g.scope_of = ANY ($3::text[]))
                  AND (g.tenant = $1 OR g.tenant IN (SELECT v.served_by FROM staff_serving AS v
                                                      WHERE v.tenant = $1 AND (v.until_at IS NULL OR v.until_at > $2))))
 ORDER BY name, account;

-- name: unseen
DELETE FROM colleague WHERE (municipality, account) IN (
    SELECT municipality, account FROM colleague WHERE seen_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);
