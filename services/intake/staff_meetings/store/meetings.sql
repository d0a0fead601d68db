-- name: add
INSERT INTO staff_meeting (municipality, id, campaign, organization, day, account, begun_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7);

-- name: own
SELECT municipality, id, campaign, organization, day, account, begun_at, changed_at, entered, waiting, erased
  FROM staff_meeting WHERE municipality = ANY ($1::text[]) AND account = $2 AND campaign = $3
 ORDER BY begun_at DESC LIMIT $4;

-- name: one
SELECT municipality, id, campaign, organization, day, account, begun_at, changed_at, entered, waiting, erased
  FROM staff_meeting WHERE municipality = ANY ($1::text[]) AND account = $2 AND id = $3;

-- name: lock
-- FOR UPDATE: its sheet and its grid are changed by one at a time.
SELECT municipality, id, campaign, organization, day, account, begun_at, changed_at, entered, waiting, erased
  FROM staff_meeting WHERE municipality = ANY ($1::text[]) AND account = $2 AND id = $3 FOR UPDATE;

-- name: lock_all_with
-- In one order, so that two who are erased at once cannot deadlock.
SELECT municipality, id, campaign, organization, day, account, begun_at, changed_at, entered, waiting, erased
  FROM staff_meeting AS m
 WHERE EXISTS (SELECT FROM staff_meeting_person AS p
                WHERE p.municipality = m.municipality AND p.meeting_id = m.id AND p.participant_id = $1)
 ORDER BY municipality, id
   FOR UPDATE;

-- name: touch
UPDATE staff_meeting SET changed_at = $3 WHERE municipality = $1 AND id = $2;

-- name: count_rows
UPDATE staff_meeting AS m
   SET changed_at = $3,
       entered = (SELECT count(*) FROM staff_meeting_grid AS g
                   WHERE g.municipality = m.municipality AND g.meeting_id = m.id AND g.initiative_id IS NOT NULL),
       waiting = (SELECT count(*) FROM staff_meeting_grid AS g
                   WHERE g.municipality = m.municipality AND g.meeting_id = m.id AND g.initiative_id IS NULL)
 WHERE m.municipality = $1 AND m.id = $2;

-- name: sent
-- Everything is sent, and nothing has changed since: names and rows go. One that is changed just now is skipped.
WITH gone AS (
    SELECT municipality, id FROM staff_meeting
     WHERE NOT erased AND waiting = 0 AND changed_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
), people AS (
    DELETE FROM staff_meeting_person WHERE (municipality, meeting_id) IN (SELECT municipality, id FROM gone)
), grid AS (
    DELETE FROM staff_meeting_grid WHERE (municipality, meeting_id) IN (SELECT municipality, id FROM gone)
)
UPDATE staff_meeting SET erased = true WHERE (municipality, id) IN (SELECT municipality, id FROM gone);

-- name: forgotten
-- What was never sent goes as well, much later.
WITH gone AS (
    SELECT municipality, id FROM staff_meeting
     WHERE NOT erased AND changed_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
), people AS (
    DELETE FROM staff_meeting_person WHERE (municipality, meeting_id) IN (SELECT municipality, id FROM gone)
), grid AS (
    DELETE FROM staff_meeting_grid WHERE (municipality, meeting_id) IN (SELECT municipality, id FROM gone)
)
UPDATE staff_meeting SET erased = true WHERE (municipality, id) IN (SELECT municipality, id FROM gone);

-- name: sent_waiting
SELECT count(*), min(changed_at) AS oldest FROM staff_meeting WHERE NOT erased AND waiting = 0 AND changed_at < $1;

-- name: forgotten_waiting
SELECT count(*), min(changed_at) AS oldest FROM staff_meeting WHERE NOT erased AND changed_at < $1;
