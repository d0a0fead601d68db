-- name: of
SELECT about, content, kept_at FROM draft WHERE municipality = $1 AND account = $2 AND about = $3;

-- name: lock
SELECT about, content, kept_at FROM draft WHERE municipality = $1 AND account = $2 AND about = $3 FOR UPDATE;

-- name: keep
INSERT INTO draft (municipality, account, about, content, kept_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (municipality, account, about) DO UPDATE SET content = excluded.content, kept_at = excluded.kept_at;

-- name: drop
DELETE FROM draft WHERE municipality = $1 AND account = $2 AND about = $3;

-- name: unfinished
-- New cases that somebody has begun, the last first.
SELECT about, content, kept_at FROM draft
 WHERE municipality = ANY ($1::text[]) AND account = $2 AND (about = 'new' OR about LIKE 'new:%')
 ORDER BY kept_at DESC LIMIT 20;

-- name: expired
DELETE FROM draft WHERE (municipality, account, about) IN (
    SELECT municipality, account, about FROM draft WHERE kept_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: drop_about
DELETE FROM draft WHERE municipality = $1 AND about = $2;
