-- name: erase
-- The words of summaries whose campaign closed before.
WITH gone AS (
    SELECT r.municipality, r.id
      FROM report AS r JOIN campaign AS c ON c.id = r.campaign
     WHERE r.erased_at IS NULL AND c.close_until < ($1::timestamptz)::date
     ORDER BY r.municipality, r.id
     LIMIT $2 FOR UPDATE OF r SKIP LOCKED
)
UPDATE report AS r SET notes = '', themes = '[]', declared = '[]', erased_at = now()
  FROM gone AS g WHERE r.municipality = g.municipality AND r.id = g.id;

-- name: erase_sent
DELETE FROM report_sent WHERE (municipality, report, number) IN (
    SELECT s.municipality, s.report, s.number
      FROM report_sent AS s JOIN report AS r ON r.municipality = s.municipality AND r.id = s.report
     WHERE r.erased_at <= $1
     LIMIT $2 FOR UPDATE OF s SKIP LOCKED);
