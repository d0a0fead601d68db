-- name: open
-- What is open, by when it is due. $1 municipalities that are seen, $2 of them as a whole, $3 groups, $4 organizations.
SELECT i.municipality, i.id, i.number, i.organization, i.theme, i.channel, i.status, i.level, i.holder_group AS group,
       i.holder, i.holder_name, i.name, i.phone, i.subject, i.opened_at, i.first_answered_at, i.answered_at,
       i.answer_due_at, i.waiting_since, i.first_answer_late OR i.answer_late AS late, i.escalations, i.reopened,
       i.version, d.due_at, i.regulation_of, i.regulation, i.zone,
       EXISTS (SELECT FROM inquiry_clock AS c
                WHERE c.municipality = i.municipality AND c.inquiry_id = i.id AND c.warned AND NOT c.breached) AS warned
  FROM inquiry AS i
 CROSS JOIN LATERAL (SELECT CASE WHEN i.first_answered_at IS NULL THEN i.first_answer_due_at
                                 ELSE i.answer_due_at END AS due_at) AS d
 WHERE i.municipality = ANY ($1::text[]) AND i.status IN ('new', 'taken', 'waiting', 'transferred')
   AND i.erased_at IS NULL
   AND (i.municipality = ANY ($2::text[])
        OR EXISTS (SELECT FROM inquiry_level AS l
                    WHERE l.municipality = i.municipality AND l.inquiry_id = i.id
                      AND (l.holder_group = ANY ($3::uuid[]) OR l.organization = ANY ($4::uuid[]))))
   AND ($5::text[] IS NULL OR i.status = ANY ($5))
   AND ($6::uuid IS NULL OR i.holder = $6)
   AND ($7::text IS NULL OR i.level = $7)
   AND ($8::uuid IS NULL OR i.holder_group = $8)
   AND ($9::text IS NULL OR i.theme = $9)
   AND ($10::text IS NULL OR i.channel = $10)
   AND (NOT $11::boolean OR (d.due_at <= $12 AND i.status <> 'waiting'))
   AND ($13::text IS NULL OR i.number::text = $13 OR i.phone = $14 OR i.email = $13
        OR strpos(translate(lower(concat_ws(' ', i.name, i.subject)), 'ё', 'е'), $13) > 0
        OR EXISTS (SELECT FROM inquiry_entry AS e
                    WHERE e.municipality = i.municipality AND e.inquiry_id = i.id
                      AND strpos(translate(lower(e.text), 'ё', 'е'), $13) > 0))
   AND ($15::uuid IS NULL OR (d.due_at, i.id) > (
        SELECT CASE WHEN a.first_answered_at IS NULL THEN a.first_answer_due_at ELSE a.answer_due_at END, a.id
          FROM inquiry AS a WHERE a.id = $15))
   AND (NOT $17::boolean OR i.holder IS NULL)
 ORDER BY d.due_at, i.id
 LIMIT $16;

-- name: ended
-- A portion of each municipality and state, the newest first, by the index alone.
SELECT i.*
  FROM unnest($1::text[]) AS place, unnest($2::text[]) AS state
 CROSS JOIN LATERAL (
       SELECT i.municipality, i.id, i.number, i.organization, i.theme, i.channel, i.status, i.level,
              i.holder_group AS group, i.holder, i.holder_name, i.name, i.phone, i.subject, i.opened_at,
              i.first_answered_at, i.answered_at, i.answer_due_at, i.waiting_since,
              i.first_answer_late OR i.answer_late AS late, i.escalations, i.reopened, i.version,
              i.answer_due_at AS due_at, i.regulation_of, i.regulation, i.zone, false AS warned
         FROM inquiry AS i
        WHERE i.municipality = place AND i.status = state
          AND i.status NOT IN ('new', 'taken', 'waiting', 'transferred')
          AND ($3::uuid IS NULL OR i.holder = $3)
          AND ($4::text IS NULL OR i.level = $4)
          AND ($5::uuid IS NULL OR i.holder_group = $5)
          AND ($6::text IS NULL OR i.theme = $6)
          AND ($7::text IS NULL OR i.channel = $7)
          AND ($8::uuid IS NULL OR (i.opened_at, i.id) < (SELECT a.opened_at, a.id FROM inquiry AS a WHERE a.id = $8))
        ORDER BY i.opened_at DESC, i.id DESC
        LIMIT $9) AS i
 ORDER BY i.opened_at DESC, i.id DESC
 LIMIT $9;

-- name: ended_passed
-- The same for those who see only what has passed them: $1 municipalities, $2 groups, $3 organizations.
SELECT i.municipality, i.id, i.number, i.organization, i.theme, i.channel, i.status, i.level, i.holder_group AS group,
       i.holder, i.holder_name, i.name, i.phone, i.subject, i.opened_at, i.first_answered_at, i.answered_at,
       i.answer_due_at, i.waiting_since, i.first_answer_late OR i.answer_late AS late, i.escalations, i.reopened,
       i.version, i.answer_due_at AS due_at, i.regulation_of, i.regulation, i.zone, false AS warned
  FROM (SELECT l.municipality, l.inquiry_id FROM inquiry_level AS l
         WHERE l.municipality = ANY ($1::text[]) AND l.holder_group = ANY ($2::uuid[])
         UNION
        SELECT l.municipality, l.inquiry_id FROM inquiry_level AS l
         WHERE l.municipality = ANY ($1::text[]) AND l.organization = ANY ($3::uuid[])) AS passed
  JOIN inquiry AS i ON (i.municipality, i.id) = (passed.municipality, passed.inquiry_id)
 WHERE i.status = ANY ($4::text[])
   AND ($5::uuid IS NULL OR i.holder = $5)
   AND ($6::text IS NULL OR i.level = $6)
   AND ($7::uuid IS NULL OR i.holder_group = $7)
   AND ($8::text IS NULL OR i.theme = $8)
   AND ($9::text IS NULL OR i.channel = $9)
   AND ($10::uuid IS NULL OR (i.opened_at, i.id) < (SELECT a.opened_at, a.id FROM inquiry AS a WHERE a.id = $10))
 ORDER BY i.opened_at DESC, i.id DESC
 LIMIT $11;

-- name: named
-- By number, telephone or address, whether open or ended: what can be found without reading all that has ended.
SELECT i.municipality, i.id, i.number, i.organization, i.theme, i.channel, i.status, i.level, i.holder_group AS group,
       i.holder, i.holder_name, i.name, i.phone, i.subject, i.opened_at, i.first_answered_at, i.answered_at,
       i.answer_due_at, i.waiting_since, i.first_answer_late OR i.answer_late AS late, i.escalations, i.reopened,
       i.version, i.answer_due_at AS due_at, i.regulation_of, i.regulation, i.zone, false AS warned
  FROM (SELECT n.id FROM inquiry AS n WHERE n.number = $5
         UNION
        SELECT p.id FROM inquiry AS p WHERE p.municipality = ANY ($1::text[]) AND p.phone = $6 AND p.phone <> ''
         UNION
        SELECT e.id FROM inquiry AS e WHERE e.municipality = ANY ($1::text[]) AND e.email = $7 AND e.email <> '') AS found
 -- OFFSET: each is fetched by its id; the planner would rather read a state as a whole.
 CROSS JOIN LATERAL (SELECT o.* FROM inquiry AS o WHERE o.id = found.id OFFSET 0) AS i
 WHERE i.municipality = ANY ($1::text[])
   AND (i.municipality = ANY ($2::text[])
        OR EXISTS (SELECT FROM inquiry_level AS l
                    WHERE l.municipality = i.municipality AND l.inquiry_id = i.id
                      AND (l.holder_group = ANY ($3::uuid[]) OR l.organization = ANY ($4::uuid[]))))
   AND i.status = ANY ($8::text[])
   AND ($11::uuid IS NULL OR i.holder = $11)
   AND ($12::text IS NULL OR i.level = $12)
   AND ($13::uuid IS NULL OR i.holder_group = $13)
   AND ($14::text IS NULL OR i.theme = $14)
   AND ($15::text IS NULL OR i.channel = $15)
   AND ($9::uuid IS NULL OR (i.opened_at, i.id) < (SELECT a.opened_at, a.id FROM inquiry AS a WHERE a.id = $9))
 ORDER BY i.opened_at DESC, i.id DESC
 LIMIT $10;

-- name: counts
SELECT count(*) AS open,
       count(*) FILTER (WHERE i.status = 'new') AS new,
       count(*) FILTER (WHERE i.status = 'taken') AS taken,
       count(*) FILTER (WHERE i.status = 'waiting') AS waiting,
       count(*) FILTER (WHERE i.status = 'transferred') AS transferred,
       count(*) FILTER (WHERE i.holder = $6) AS mine,
       count(*) FILTER (WHERE i.holder IS NULL) AS unheld,
       count(*) FILTER (WHERE i.status <> 'waiting' AND $5 >= CASE WHEN i.first_answered_at IS NULL
                                                                   THEN i.first_answer_due_at
                                                                   ELSE i.answer_due_at END) AS overdue
  FROM inquiry AS i
 WHERE i.municipality = ANY ($1::text[]) AND i.status IN ('new', 'taken', 'waiting', 'transferred')
   AND i.erased_at IS NULL
   AND (i.municipality = ANY ($2::text[])
        OR EXISTS (SELECT FROM inquiry_level AS l
                    WHERE l.municipality = i.municipality AND l.inquiry_id = i.id
                      AND (l.holder_group = ANY ($3::uuid[]) OR l.organization = ANY ($4::uuid[]))));
