-- name: add
-- All addressees at once.
INSERT INTO work_order_task (municipality, id, work_order, account, held_in, appointment, role, scope_of, working_group, organization,
                             name, place, state, received_at, version)
SELECT $1, t.id, t.work_order, t.account, t.held_in, t.appointment, t.role, t.scope_of, t.working_group, t.organization, t.name, t.place, t.state, $2, 1
  FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::text[])
       AS t (id, work_order, account, held_in, appointment, role, scope_of, working_group, organization, name, place, state);

-- name: save
UPDATE work_order_task
   SET account = $3, held_in = $4, appointment = $5, role = $6, scope_of = $7, working_group = $8, organization = $9, name = $10, place = $11,
       state = $12, received_at = $13, acknowledged_at = $14, reported_at = $15, returned_at = $16, accepted_at = $17, in_time = $18,
       report_text = $19, report_number = $20, report_file = $21, reason = $22, version = $23
 WHERE municipality = $1 AND id = $2;

-- name: lock
SELECT t.municipality, t.id, t.work_order AS "order", t.account, t.held_in, t.appointment, t.role, t.scope_of, t.working_group, t.organization, t.name, t.place,
       t.state, t.received_at, t.acknowledged_at, t.reported_at, t.returned_at, t.accepted_at, t.in_time, t.report_text, t.report_number,
       t.report_file, t.reason, t.version
  FROM work_order_task AS t WHERE t.municipality = $1 AND t.work_order = $2 AND t.id = ANY ($3::uuid[])
 ORDER BY t.id FOR UPDATE;

-- name: of_order
-- By name; of some alone: an account's in appointments that hold now, some groups', in some states, behind one of them.
SELECT t.municipality, t.id, t.work_order AS "order", t.account, t.held_in, t.appointment, t.role, t.scope_of, t.working_group, t.organization, t.name, t.place,
       t.state, t.received_at, t.acknowledged_at, t.reported_at, t.returned_at, t.accepted_at, t.in_time, t.report_text, t.report_number,
       t.report_file, t.reason, t.version
  FROM work_order_task AS t
 WHERE t.municipality = $1 AND t.work_order = $2
   AND ($3::boolean OR t.working_group = ANY ($5::uuid[])
        OR (t.account = $4 AND EXISTS (SELECT FROM appointment AS a WHERE a.municipality = t.held_in AND a.id = t.appointment AND a.until_at IS NULL)))
   AND ($6::text[] IS NULL OR t.state = ANY ($6))
   AND ($7::uuid IS NULL OR (t.name, t.id) > (SELECT l.name, l.id FROM work_order_task AS l WHERE l.municipality = $1 AND l.id = $7))
 ORDER BY t.name, t.id
 LIMIT $8;

-- name: own
-- What somebody has of an order, in appointments that hold now.
SELECT t.id
  FROM work_order_task AS t JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE t.municipality = $1 AND t.work_order = $2 AND t.account = $3 AND a.until_at IS NULL
 ORDER BY t.id;

-- name: counted
SELECT t.state, count(*)::int AS count FROM work_order_task AS t
 WHERE t.municipality = $1 AND t.work_order = $2
   AND ($3::boolean OR t.working_group = ANY ($5::uuid[])
        OR (t.account = $4 AND EXISTS (SELECT FROM appointment AS a WHERE a.municipality = t.held_in AND a.id = t.appointment AND a.until_at IS NULL)))
 GROUP BY t.state;

-- name: mine
-- An account's, the newest first. $2: all, open, overdue or over.
SELECT t.id, t.state, t.place, t.role, t.reason, t.reported_at, t.in_time, o.id AS "order", o.year, o.number, o.body, o.due_at, o.state AS order_state,
       giver.name AS giver
  FROM work_order_task AS t
  JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
  JOIN account AS giver ON giver.id = coalesce(o.on_behalf_of, o.issued_by)
  JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE t.account = $1 AND a.until_at IS NULL AND o.erased_at IS NULL
   AND CASE $2::text
         WHEN 'open' THEN o.state = 'issued' AND t.state IN ('received', 'acknowledged', 'returned')
         WHEN 'overdue' THEN o.state = 'issued' AND t.state IN ('received', 'acknowledged', 'returned') AND o.due_at < $3
         WHEN 'over' THEN o.state = 'closed' OR t.state = 'accepted'
         ELSE true
       END
   AND ($4::uuid IS NULL OR t.id < $4)
 ORDER BY t.id DESC
 LIMIT $5;

-- name: waiting_for
-- What somebody has to do.
SELECT t.id, t.state, o.id AS "order", o.number, o.due_at
  FROM work_order_task AS t
  JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
  JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE t.account = $1 AND a.until_at IS NULL AND o.state = 'issued' AND o.erased_at IS NULL AND t.state IN ('received', 'acknowledged', 'returned')
 ORDER BY o.due_at, t.id;

-- name: to_do
-- Who has something to do of an order, or of one task ($3) alone, unless that appointment is over, as far as it is seen.
SELECT DISTINCT t.account
  FROM work_order_task AS t LEFT JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE t.municipality = $1 AND t.work_order = $2 AND ($3::uuid IS NULL OR t.id = $3)
   AND t.state IN ('received', 'acknowledged', 'returned') AND a.until_at IS NULL
 ORDER BY t.account;

-- name: deserted
-- Orders whose addressees are appointed no more, and have not done them.
SELECT DISTINCT t.municipality, t.work_order
  FROM work_order_task AS t
  JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
  JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE o.state = 'issued' AND o.erased_at IS NULL AND t.state IN ('received', 'acknowledged', 'returned') AND a.until_at IS NOT NULL
 ORDER BY t.municipality, t.work_order;

-- name: deserted_of
SELECT t.id
  FROM work_order_task AS t JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE t.municipality = $1 AND t.work_order = $2 AND t.state IN ('received', 'acknowledged', 'returned') AND a.until_at IS NOT NULL
 ORDER BY t.id;

-- name: to_be_reminded
-- What is due by then and not done, of people who were not reminded of any of it since. Locked in one order.
SELECT t.municipality, t.id, t.account, o.number, o.body, o.due_at, o.id AS "order"
  FROM work_order_task AS t
  JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
  JOIN appointment AS a ON a.municipality = t.held_in AND a.id = t.appointment
 WHERE o.municipality = $1 AND o.campaign = $2 AND o.state = 'issued' AND t.state IN ('received', 'acknowledged', 'returned') AND a.until_at IS NULL
   AND o.due_at <= $3 AND t.received_at <= $4
   AND NOT EXISTS (SELECT FROM work_order_task AS r WHERE r.municipality = t.municipality AND r.account = t.account AND r.reminded_at > $4)
 ORDER BY t.id FOR UPDATE OF t SKIP LOCKED;

-- name: reminded
UPDATE work_order_task SET reminded_at = $3 WHERE municipality = $1 AND id = ANY ($2::uuid[]);

-- name: to_be_reminded_in
-- Where there is any of that, in one statement: a season has orders in each of hundreds of municipalities.
SELECT DISTINCT t.municipality
  FROM work_order_task AS t
  JOIN work_order AS o ON o.municipality = t.municipality AND o.id = t.work_order
 WHERE o.campaign = $1 AND o.state = 'issued' AND t.state IN ('received', 'acknowledged', 'returned')
   AND o.due_at <= $2 AND t.received_at <= $3
   AND NOT EXISTS (SELECT FROM work_order_task AS r WHERE r.municipality = t.municipality AND r.account = t.account AND r.reminded_at > $3)
 ORDER BY t.municipality;

-- name: all_of
SELECT t.municipality, t.id, t.work_order AS "order", t.account, t.held_in, t.appointment, t.role, t.scope_of, t.working_group, t.organization, t.name, t.place,
       t.state, t.received_at, t.acknowledged_at, t.reported_at, t.returned_at, t.accepted_at, t.in_time, t.report_text, t.report_number,
       t.report_file, t.reason, t.version
  FROM work_order_task AS t WHERE t.municipality = $1 ORDER BY t.id;
