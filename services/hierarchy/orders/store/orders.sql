-- name: add
INSERT INTO work_order (municipality, id, campaign, year, number, working_group, kind, body, done_by, due_at, series, addressed, agreement,
                        act_number, act_day, made_by, made_at, issued_by, on_behalf_of, issued_at, closed_at, state, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23);

-- name: save
UPDATE work_order
   SET year = $3, number = $4, due_at = $5, act_number = $6, act_day = $7, issued_by = $8, on_behalf_of = $9, issued_at = $10,
       closed_at = $11, state = $12, version = $13
 WHERE municipality = $1 AND id = $2;

-- name: get
SELECT municipality, id, campaign, year, number, working_group, kind, body, done_by, due_at, series, addressed, agreement,
       act_number, act_day, made_by, made_at, issued_by, on_behalf_of, issued_at, closed_at, state, version
  FROM work_order WHERE id = $1 AND erased_at IS NULL;

-- name: lock
-- FOR UPDATE: who gives an order judges, moves and closes it alone.
SELECT municipality, id, campaign, year, number, working_group, kind, body, done_by, due_at, series, addressed, agreement,
       act_number, act_day, made_by, made_at, issued_by, on_behalf_of, issued_at, closed_at, state, version
  FROM work_order WHERE id = $1 AND erased_at IS NULL FOR UPDATE;

-- name: share
-- FOR SHARE: thousands answer at once, and nobody closes it meanwhile.
SELECT municipality, id, campaign, year, number, working_group, kind, body, done_by, due_at, series, addressed, agreement,
       act_number, act_day, made_by, made_at, issued_by, on_behalf_of, issued_at, closed_at, state, version
  FROM work_order WHERE id = $1 AND erased_at IS NULL FOR SHARE;

-- name: all_of
SELECT municipality, id, campaign, year, number, working_group, kind, body, done_by, due_at, series, addressed, agreement,
       act_number, act_day, made_by, made_at, issued_by, on_behalf_of, issued_at, closed_at, state, version
  FROM work_order WHERE municipality = $1 AND issued_at IS NOT NULL ORDER BY issued_at, id;

-- name: last_number
SELECT coalesce(max(number), 0)::int FROM work_order WHERE municipality = $1 AND year = $2;

-- name: given
-- Orders of municipalities ($1) and of groups ($2), and those that have reached a group's people ($2), the newest first, with how
-- their addressees stand. $3: all, open, overdue, reported, prepared or over. Seen by an index each: one condition over
-- both tables would look at everybody's.
WITH seen AS (
    SELECT id FROM work_order WHERE municipality = ANY ($1::text[])
     UNION
    SELECT id FROM work_order WHERE working_group = ANY ($2::uuid[])
     UNION
    SELECT work_order FROM work_order_task WHERE working_group = ANY ($2::uuid[])
)
SELECT o.municipality, o.id, o.year, o.number, o.body, o.kind, o.due_at, o.state, o.working_group, o.made_at,
       coalesce(giver.name, maker.name) AS giver, t.total, t.waiting, t.accepted, t.overdue
  FROM seen
  JOIN work_order AS o ON o.id = seen.id
  JOIN account AS maker ON maker.id = o.made_by
  LEFT JOIN account AS giver ON giver.id = coalesce(o.on_behalf_of, o.issued_by)
 CROSS JOIN LATERAL (
       SELECT count(*)::int AS total, count(*) FILTER (WHERE t.state = 'reported')::int AS waiting,
              count(*) FILTER (WHERE t.state = 'accepted')::int AS accepted,
              count(*) FILTER (WHERE t.state IN ('received', 'acknowledged', 'returned') AND o.state = 'issued' AND o.due_at < $4)::int AS overdue
         FROM work_order_task AS t
        WHERE t.municipality = o.municipality AND t.work_order = o.id
          AND (o.municipality = ANY ($1::text[]) OR o.working_group = ANY ($2::uuid[]) OR t.working_group = ANY ($2::uuid[]))) AS t
 WHERE o.erased_at IS NULL
   AND (o.working_group IS NULL OR o.municipality = ANY ($1::text[]) OR o.working_group = ANY ($2::uuid[]))
   AND CASE $3::text
         WHEN 'open' THEN o.state = 'issued'
         WHEN 'overdue' THEN t.overdue > 0
         WHEN 'reported' THEN o.state = 'issued' AND t.waiting > 0
         WHEN 'prepared' THEN o.state = 'prepared'
         WHEN 'over' THEN o.state IN ('closed', 'withdrawn')
         ELSE true
       END
   AND ($5::uuid IS NULL OR (o.made_at, o.id) < (SELECT l.made_at, l.id FROM work_order AS l WHERE l.id = $5))
 ORDER BY o.made_at DESC, o.id DESC
 LIMIT $6;

-- name: counted
-- What waits for those who give ($5: a municipality's orders, $2: a group's): what is prepared, what is reported; what others
-- have to sign in what they see ($1); what is overdue below them ($3: not their own). In two steps, each by an index: one
-- condition over both tables would look at everybody's.
WITH theirs AS (
    SELECT t.municipality, t.id, t.work_order, t.account, t.state
      FROM work_order_task AS t
     WHERE t.state <> 'accepted' AND (t.municipality = ANY ($1::text[]) OR t.working_group = ANY ($2::uuid[]))
     UNION
    SELECT t.municipality, t.id, t.work_order, t.account, t.state
      FROM work_order AS o JOIN work_order_task AS t ON t.municipality = o.municipality AND t.work_order = o.id
     WHERE o.working_group = ANY ($2::uuid[]) AND o.state = 'issued' AND t.state <> 'accepted'
)
SELECT (SELECT count(*)::int FROM work_order AS o
         WHERE o.municipality = ANY ($5::text[]) AND o.state = 'prepared' AND o.erased_at IS NULL) AS prepared,
       (SELECT count(*)::int FROM work_order AS o
         WHERE o.municipality = ANY ($1::text[]) AND o.municipality <> ALL ($5::text[]) AND o.state = 'prepared'
           AND o.erased_at IS NULL) AS unsigned,
       count(*) FILTER (WHERE t.state = 'reported' AND ((o.working_group IS NULL AND o.municipality = ANY ($5::text[]))
                                                        OR o.working_group = ANY ($2::uuid[])))::int AS reported,
       count(*) FILTER (WHERE t.state <> 'reported' AND o.due_at < $4 AND t.account <> $3)::int AS overdue
  FROM theirs AS t JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
 WHERE o.state = 'issued' AND o.erased_at IS NULL;

-- name: first_to_judge
-- Whose report has waited longest for who gives orders of municipalities ($1) or of groups ($2): each by its own index.
SELECT w.id
  FROM (SELECT o.id, t.reported_at, t.id AS task
          FROM work_order_task AS t JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
         WHERE t.municipality = ANY ($1::text[]) AND t.state = 'reported' AND o.state = 'issued' AND o.erased_at IS NULL
           AND o.working_group IS NULL
         UNION ALL
        SELECT o.id, t.reported_at, t.id
          FROM work_order AS o JOIN work_order_task AS t ON t.municipality = o.municipality AND t.work_order = o.id
         WHERE o.working_group = ANY ($2::uuid[]) AND o.state = 'issued' AND o.erased_at IS NULL AND t.state = 'reported') AS w
 ORDER BY w.reported_at, w.task LIMIT 1;

-- name: first_to_sign
SELECT id FROM work_order
 WHERE municipality = ANY ($1::text[]) AND state = 'prepared' AND erased_at IS NULL
 ORDER BY due_at, id LIMIT 1;

-- name: add_step
INSERT INTO work_order_step (municipality, work_order, task, at, account, on_behalf_of, what, words)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: steps
-- The latest first; of some tasks alone and of the order itself, or of all.
SELECT s.id, s.at, s.what, s.words, s.task, coalesce(who.name, '') AS who, coalesce(whose.name, '') AS whose, coalesce(t.name, '') AS addressee
  FROM work_order_step AS s
  LEFT JOIN account AS who ON who.id = s.account
  LEFT JOIN account AS whose ON whose.id = s.on_behalf_of
  LEFT JOIN work_order_task AS t ON t.municipality = s.municipality AND t.id = s.task
 WHERE s.municipality = $1 AND s.work_order = $2 AND ($3::uuid[] IS NULL OR s.task IS NULL OR s.task = ANY ($3))
 ORDER BY s.id DESC
 LIMIT $4;

-- name: lock_series
-- What was prepared together is confirmed together, in the order in which it is due.
SELECT municipality, id, campaign, year, number, working_group, kind, body, done_by, due_at, series, addressed, agreement,
       act_number, act_day, made_by, made_at, issued_by, on_behalf_of, issued_at, closed_at, state, version
  FROM work_order WHERE municipality = $1 AND (id = $2 OR series = $3) AND state = 'prepared' ORDER BY due_at, id FOR UPDATE;
