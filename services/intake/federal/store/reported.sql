-- name: lock
-- One at a time writes of a municipality, so that versions have no gap and none is refused for the other's sake.
SELECT pg_advisory_xact_lock(hashtextextended('reported ' || $1, 0));

-- name: add
INSERT INTO reported_figures (municipality, campaign, version, registered, submitted, as_of, source, note, account,
                              reported_at)
SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9
  FROM reported_figures WHERE municipality = $1 AND campaign = $2
RETURNING municipality, campaign, version, registered, submitted, as_of, source, note, account, reported_at;

-- name: latest
SELECT DISTINCT ON (municipality) municipality, campaign, version, registered, submitted, as_of, source, note, account,
       reported_at
  FROM reported_figures WHERE municipality = ANY ($1::text[]) AND campaign = $2
 ORDER BY municipality, version DESC;

-- name: versions
SELECT municipality, campaign, version, registered, submitted, as_of, source, note, account, reported_at
  FROM reported_figures WHERE municipality = ANY ($1::text[]) AND campaign = $2
 ORDER BY reported_at DESC, version DESC LIMIT 100;

-- name: standing
SELECT DISTINCT ON (municipality, campaign) municipality, campaign, version, registered, submitted, as_of, source, note,
       account, reported_at
  FROM reported_figures ORDER BY municipality, campaign, version DESC;
