-- name: standing
-- The highest version of each municipality that the transaction sees.
SELECT DISTINCT ON (municipality) municipality, campaign, number, registered, submitted, scope, paper_number, paper_day, confirmed,
       smo, entered_by, on_behalf_of, entered_at
  FROM target WHERE campaign = $1 ORDER BY municipality, number DESC;

-- name: last
SELECT municipality, campaign, number, registered, submitted, scope, paper_number, paper_day, confirmed,
       smo, entered_by, on_behalf_of, entered_at
  FROM target WHERE municipality = $1 AND campaign = $2 ORDER BY number DESC LIMIT 1;

-- name: all_of_all
SELECT municipality, campaign, number, registered, submitted, scope, paper_number, paper_day, confirmed,
       smo, entered_by, on_behalf_of, entered_at
  FROM target ORDER BY entered_at, municipality, campaign, number;

-- name: history
SELECT t.municipality, t.campaign, t.number, t.registered, t.submitted, t.scope, t.paper_number, t.paper_day, t.confirmed,
       t.smo, t.entered_by, t.on_behalf_of, t.entered_at,
       coalesce(who.name, '') AS who, coalesce(whose.name, '') AS whose, coalesce(s.name, '') AS council
  FROM target AS t
  LEFT JOIN account AS who ON who.id = t.entered_by
  LEFT JOIN account AS whose ON whose.id = t.on_behalf_of
  LEFT JOIN smo AS s ON s.id = t.smo
 WHERE t.municipality = $1 AND t.campaign = $2
 ORDER BY t.number DESC;

-- name: add
INSERT INTO target (municipality, campaign, number, registered, submitted, scope, paper_number, paper_day, confirmed, smo,
                    entered_by, on_behalf_of, entered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: draft
SELECT municipality, campaign, registered, submitted, scope, prepared_by, prepared_at
  FROM target_draft WHERE municipality = $1 AND campaign = $2;

-- name: save_draft
INSERT INTO target_draft (municipality, campaign, registered, submitted, scope, prepared_by, prepared_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (municipality, campaign) DO UPDATE
   SET registered = excluded.registered, submitted = excluded.submitted, scope = excluded.scope,
       prepared_by = excluded.prepared_by, prepared_at = excluded.prepared_at;

-- name: drop_draft
DELETE FROM target_draft WHERE municipality = $1 AND campaign = $2;

-- name: remind
-- Two at once: the second waits for the row of the first, and does not get it.
INSERT INTO target_reminder (municipality, campaign, written_at)
SELECT code, $2, $3 FROM unnest($1::text[]) AS code
ON CONFLICT (municipality, campaign) DO UPDATE SET written_at = excluded.written_at
 WHERE target_reminder.written_at <= $4
RETURNING municipality;
