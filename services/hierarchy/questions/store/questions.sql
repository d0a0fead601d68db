-- name: add
INSERT INTO question (municipality, id, campaign, account, held_in, appointment, role, scope_of, working_group, organization, name, place,
                      body, direction, initiative, initiative_number, regulation_of, regulation, minutes, holder, holder_group, groups,
                      asked_at, due_at, state, escalated, late, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28);

-- name: save
UPDATE question
   SET account = $3, held_in = $4, appointment = $5, role = $6, scope_of = $7, working_group = $8, organization = $9, name = $10, place = $11,
       holder = $12, holder_group = $13, groups = $14, due_at = $15, state = $16, escalated = $17, late = $18, answer = $19, answered_by = $20,
       on_behalf_of = $21, answered_at = $22, answer_minutes = $23, in_time = $24, published_at = $25, published_text = $26, version = $27
 WHERE municipality = $1 AND id = $2;

-- name: get
SELECT municipality, id, campaign, account, held_in, appointment, role, scope_of, working_group, organization, name, place,
       body, direction, initiative, initiative_number, regulation_of, regulation, minutes, holder, holder_group, groups,
       asked_at, due_at, state, escalated, late, answer, answered_by, on_behalf_of, answered_at, answer_minutes, in_time,
       published_at, published_text, version
  FROM question WHERE id = $1 AND erased_at IS NULL;

-- name: lock
-- FOR UPDATE: one answers, the other is told who; what climbs at this moment is answered by whoever has it then.
SELECT municipality, id, campaign, account, held_in, appointment, role, scope_of, working_group, organization, name, place,
       body, direction, initiative, initiative_number, regulation_of, regulation, minutes, holder, holder_group, groups,
       asked_at, due_at, state, escalated, late, answer, answered_by, on_behalf_of, answered_at, answer_minutes, in_time,
       published_at, published_text, version
  FROM question WHERE id = $1 AND erased_at IS NULL FOR UPDATE;

-- name: all_of
SELECT municipality, id, campaign, account, held_in, appointment, role, scope_of, working_group, organization, name, place,
       body, direction, initiative, initiative_number, regulation_of, regulation, minutes, holder, holder_group, groups,
       asked_at, due_at, state, escalated, late, answer, answered_by, on_behalf_of, answered_at, answer_minutes, in_time,
       published_at, published_text, version
  FROM question WHERE municipality = $1 ORDER BY asked_at, id;

-- name: mine
-- Of the organizations and groups over which somebody stands, the newest first. $2: all, open or answered.
SELECT q.municipality, q.id, q.body, q.name, q.place, q.direction, q.holder, g.name AS holder_group, q.asked_at, q.due_at, q.state, q.escalated,
       q.answered_at, q.published_at
  FROM question AS q LEFT JOIN working_group AS g ON g.municipality = q.municipality AND g.id = q.holder_group
 WHERE q.erased_at IS NULL AND q.scope_of = ANY ($1::text[]) AND q.role IN ('leader', 'member', 'coordinator', 'stand-in')
   AND CASE $2::text WHEN 'open' THEN q.state = 'asked' WHEN 'answered' THEN q.state = 'answered' ELSE true END
   AND ($3::uuid IS NULL OR q.id < $3)
 ORDER BY q.id DESC
 LIMIT $4;

-- name: held
-- What groups ($1) hold or have held, and what is asked in municipalities (seen: $2; whose coordination group somebody is of: $3;
-- whose Head: $4). $5: what waits for them (nothing said), overdue, below, over or all. What waits is due first before, the rest the newest.
SELECT q.municipality, q.id, q.body, q.name, q.place, q.direction, q.holder, g.name AS holder_group, q.asked_at, q.due_at, q.state, q.escalated,
       q.answered_at, q.published_at
  FROM question AS q
  LEFT JOIN working_group AS g ON g.municipality = q.municipality AND g.id = q.holder_group
 CROSS JOIN LATERAL (SELECT q.state = 'asked' AND q.account <> $9 AND (q.holder_group = ANY ($1::uuid[])
                            OR (q.holder = 'coordination' AND q.municipality = ANY ($3::text[]))
                            OR (q.holder = 'head' AND q.municipality = ANY ($4::text[]))) IS TRUE AS ours) AS h
 WHERE q.erased_at IS NULL AND (q.groups && $1::uuid[] OR q.municipality = ANY ($2::text[]))
   AND CASE $5::text
         WHEN 'overdue' THEN q.state = 'asked' AND q.due_at < $6
         WHEN 'below' THEN q.state = 'asked' AND NOT h.ours
         WHEN 'over' THEN q.state <> 'asked'
         WHEN 'all' THEN true
         ELSE h.ours
       END
   AND ($7::uuid IS NULL OR q.id < $7)
 ORDER BY q.id DESC
 LIMIT $8;

-- name: counted
-- What waits for who holds it ($1: groups, $3: whose coordination group, $4: whose Head), and when the first of it is due; what is late
-- in the municipalities ($2) that others hold.
SELECT count(*) FILTER (WHERE h.ours)::int AS ours, min(q.due_at) FILTER (WHERE h.ours) AS due_at,
       count(*) FILTER (WHERE h.ours AND q.due_at < $5)::int AS overdue,
       (array_agg(q.id ORDER BY q.due_at, q.id) FILTER (WHERE h.ours))[1] AS first,
       count(*) FILTER (WHERE NOT h.ours AND q.due_at < $5)::int AS late
  FROM question AS q
 CROSS JOIN LATERAL (SELECT (q.holder_group = ANY ($1::uuid[])
                            OR (q.holder = 'coordination' AND q.municipality = ANY ($3::text[]))
                            OR (q.holder = 'head' AND q.municipality = ANY ($4::text[]))) IS TRUE AS ours) AS h
 WHERE q.state = 'asked' AND q.erased_at IS NULL AND (q.holder_group = ANY ($1::uuid[]) OR q.municipality = ANY ($2::text[])) AND q.account <> $6;

-- name: published
-- Answers that whole municipalities ($1), or who works in their directions ($2, $3; nothing: of no direction) read, the newest first.
SELECT q.municipality, q.id, q.published_text, q.answer, q.direction, q.published_at
  FROM question AS q
 WHERE q.published_at IS NOT NULL AND q.erased_at IS NULL AND ($4 = '' OR q.direction = $4)
   AND (q.municipality = ANY ($1::text[])
        OR (q.municipality, coalesce(q.direction, '')) IN (SELECT * FROM unnest($2::text[], $3::text[])))
   AND ($5::uuid IS NULL OR (q.published_at, q.id) < (SELECT l.published_at, l.id FROM question AS l WHERE l.id = $5))
 ORDER BY q.published_at DESC, q.id DESC
 LIMIT $6;

-- name: alike
-- The same by words: each counts as a whole where its stem begins a word of the question or its answer, and by its likeness where it
-- was mistyped. A third of them have to be there. Words without a stem («как», «на») say nothing.
WITH asked AS (
    SELECT w AS word, to_tsquery('russian', w || ':*') AS stem FROM unnest($5::text[]) AS w
), wanted AS (
    SELECT word, stem FROM asked WHERE numnode(stem) > 0
), scored AS (
    SELECT q.municipality, q.id, q.published_text, q.answer, q.direction, q.published_at,
           (SELECT avg(CASE WHEN q.words @@ w.stem THEN 1.0
                            WHEN word_similarity(w.word, q.beginning) >= 0.4 THEN word_similarity(w.word, q.beginning)
                            ELSE 0.0 END) FROM wanted AS w) AS score
      FROM question AS q
     WHERE q.published_at IS NOT NULL AND q.erased_at IS NULL AND ($4 = '' OR q.direction = $4)
       AND (q.municipality = ANY ($1::text[])
            OR (q.municipality, coalesce(q.direction, '')) IN (SELECT * FROM unnest($2::text[], $3::text[])))
)
SELECT municipality, id, published_text, answer, direction, published_at
  FROM scored
 WHERE score >= 0.34
 ORDER BY score DESC, published_at DESC, id
 LIMIT $6;

-- name: overdue
-- What climbs now: nobody is above the Head.
SELECT municipality, id FROM question WHERE state = 'asked' AND holder <> 'head' AND due_at < $1 AND campaign = $2 ORDER BY due_at, id;

-- name: stranded
-- What groups hold that are no more.
SELECT q.municipality, q.id
  FROM question AS q JOIN working_group AS g ON g.municipality = q.municipality AND g.id = q.holder_group
 WHERE q.state = 'asked' AND q.erased_at IS NULL AND g.dissolved_at IS NOT NULL
 ORDER BY q.id;

-- name: deserted
-- What people have asked whose appointment is over.
SELECT q.municipality, q.id
  FROM question AS q JOIN appointment AS a ON a.municipality = q.held_in AND a.id = q.appointment
 WHERE q.state = 'asked' AND q.erased_at IS NULL AND a.until_at IS NOT NULL
 ORDER BY q.id;

-- name: add_step
INSERT INTO question_step (municipality, question, at, account, on_behalf_of, what, words) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: steps
-- The latest first.
SELECT s.id, s.at, s.what, s.words, coalesce(who.name, '') AS who, coalesce(whose.name, '') AS whose
  FROM question_step AS s
  LEFT JOIN account AS who ON who.id = s.account
  LEFT JOIN account AS whose ON whose.id = s.on_behalf_of
 WHERE s.municipality = $1 AND s.question = $2
 ORDER BY s.id DESC
 LIMIT $3;
