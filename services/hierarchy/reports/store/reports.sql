-- name: open_
-- Never twice for a line and a week, however many workers look.
INSERT INTO report (municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
                    request, version)
SELECT $1, t.id, $2, $3, t.working_group, t.organization, t.name, $4, $5, $6, $7, $8, $9, t.request, 1
  FROM unnest($10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::uuid[]) AS t (id, working_group, organization, name, request)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: save
UPDATE report
   SET working_group = $3, request = $4, notes = $5, themes = $6::text::jsonb, declared = $7::text::jsonb, number = $8, sent_at = $9,
       in_time = $10, differs = $11, version = $12
 WHERE municipality = $1 AND id = $2;

-- name: get
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report WHERE id = $1 AND erased_at IS NULL;

-- name: lock
-- FOR UPDATE: of two who send at once, the second one sees what was sent.
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report WHERE id = $1 AND erased_at IS NULL FOR UPDATE;

-- name: all_of
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report WHERE municipality = $1 ORDER BY week, id;

-- name: of_group
-- A group's coordinators in a week, as far as their organizations are in the group now.
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report
 WHERE municipality = $1 AND campaign = $2 AND week = $3 AND working_group = $4 AND organization IS NOT NULL
 ORDER BY name, id;

-- name: take_figures
-- Another answer, or one to an earlier request, changes nothing.
UPDATE report SET answered = request, counted = $2::text::jsonb, as_of = $3
 WHERE request = $1 AND answered IS DISTINCT FROM request;

-- name: seen
-- Those of municipalities ($1), of groups ($2), of organizations ($3), the latest first. $4: of this week; $5: all, due, late or sent;
-- $7: behind this one.
SELECT r.municipality, r.id, r.campaign, r.level, r.working_group, r.organization, r.name, r.week, r.first_day, r.last_day, r.day, r.due_at,
       r.moved, r.request, r.answered, r.counted::text AS counted, r.as_of, r.notes, r.themes::text AS themes, r.declared::text AS declared, r.number,
       r.sent_at, r.in_time, r.differs, r.version
  FROM report AS r
 WHERE r.erased_at IS NULL
   AND (r.municipality = ANY ($1::text[]) OR r.working_group = ANY ($2::uuid[]) OR r.organization = ANY ($3::uuid[]))
   AND ($4::date IS NULL OR r.week = $4)
   AND CASE $5::text
         WHEN 'due' THEN r.number = 0
         WHEN 'late' THEN r.number = 0 AND r.due_at < $6
         WHEN 'sent' THEN r.number > 0
         ELSE true
       END
   AND ($7::uuid IS NULL OR (r.week, r.id) < (SELECT l.week, l.id FROM report AS l WHERE l.id = $7))
 ORDER BY r.week DESC, r.id DESC
 LIMIT $8;

-- name: own
-- What somebody has to write: of their organizations ($1), of the groups that they lead ($2), the latest first.
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report
 WHERE erased_at IS NULL AND (organization = ANY ($1::uuid[]) OR (organization IS NULL AND working_group = ANY ($2::uuid[])))
 ORDER BY week DESC, name, id
 LIMIT $3;

-- name: due_own
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report
 WHERE (organization = ANY ($1::uuid[]) OR (organization IS NULL AND working_group = ANY ($2::uuid[])))
   AND number = 0 AND week >= $3
 ORDER BY due_at, name, id;

-- name: counted_late
-- Late ones below: of groups ($1: municipalities), of coordinators ($2: groups).
SELECT count(*) FILTER (WHERE organization IS NULL AND municipality = ANY ($1::text[]))::int AS groups,
       count(*) FILTER (WHERE organization IS NOT NULL AND working_group = ANY ($2::uuid[]))::int AS coordinators
  FROM report
 WHERE number = 0 AND due_at < $3 AND week >= $4 AND (municipality = ANY ($1::text[]) OR working_group = ANY ($2::uuid[]));

-- name: weeks
-- The weeks of which there is anything to see, the latest first.
SELECT DISTINCT week FROM report
 WHERE erased_at IS NULL AND (municipality = ANY ($1::text[]) OR working_group = ANY ($2::uuid[]))
 ORDER BY week DESC LIMIT 60;

-- name: of_week_below
-- What others report in a week, groups first.
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report
 WHERE erased_at IS NULL AND week = $3 AND (municipality = ANY ($1::text[]) OR working_group = ANY ($2::uuid[]))
 ORDER BY organization IS NOT NULL, name, id;

-- name: reminded_since
-- Of which reports of a week people were reminded since.
SELECT id FROM report WHERE municipality = $1 AND week = $2 AND reminded_at > $3;

-- name: reminded
UPDATE report SET reminded_at = $3 WHERE municipality = $1 AND id = ANY ($2::uuid[]);

-- name: with_nearly_due
SELECT DISTINCT municipality FROM report
 WHERE number = 0 AND due_at BETWEEN $1 AND $2 AND reminded_at IS NULL
 ORDER BY municipality;

-- name: nearly_due
-- What is due by then, of which nobody was reminded. Locked in one order.
SELECT municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
       request, answered, counted::text AS counted, as_of, notes, themes::text AS themes, declared::text AS declared, number, sent_at, in_time, differs,
       version
  FROM report
 WHERE municipality = $1 AND number = 0 AND due_at BETWEEN $2 AND $3 AND reminded_at IS NULL
 ORDER BY id FOR UPDATE SKIP LOCKED;

-- name: lock_elsewhere
-- Of organizations whose reports wait in another group than the one that supervises them now. Locked in one order.
SELECT r.municipality, r.id, r.campaign, r.level, r.working_group, r.organization, r.name, r.week, r.first_day, r.last_day, r.day, r.due_at,
       r.moved, r.request, r.answered, r.counted::text AS counted, r.as_of, r.notes, r.themes::text AS themes, r.declared::text AS declared, r.number,
       r.sent_at, r.in_time, r.differs, r.version
  FROM unnest($3::uuid[], $4::uuid[]) AS t (organization, working_group)
  JOIN report AS r ON r.organization = t.organization
 WHERE r.municipality = $1 AND r.campaign = $2 AND r.number = 0 AND r.working_group <> t.working_group AND r.week >= $5
 ORDER BY r.id FOR UPDATE OF r;

-- name: standing
SELECT municipality, id FROM working_group WHERE campaign = $1 AND dissolved_at IS NULL ORDER BY municipality, id;

-- name: unopened
-- Where a group ($2, in its week: $3, the earliest of them $4) or an organization in its area has no report yet, or one that waits in
-- another group. Asked of all at once: at nearly every look there is nothing to do.
WITH wanted AS MATERIALIZED (
    SELECT g.municipality, g.id, w.week
      FROM unnest($2::uuid[], $3::date[]) AS w (id, week) JOIN working_group AS g ON g.id = w.id
), line AS MATERIALIZED (
    SELECT DISTINCT w.municipality, w.id, w.week, o.id AS organization
      FROM appointment AS a
      JOIN organization AS o ON o.id = CASE WHEN a.role IN ('coordinator', 'stand-in') THEN a.scope_of::uuid END
      LEFT JOIN serving AS s ON s.municipality = a.municipality AND s.until_at IS NULL
      LEFT JOIN group_organization AS own ON own.campaign = $1 AND own.organization = o.id
      LEFT JOIN working_group AS rest
        ON rest.municipality = coalesce(s.served_by, a.municipality) AND rest.campaign = $1 AND rest.covers_all AND rest.dissolved_at IS NULL
      JOIN wanted AS w ON w.id = coalesce(own.working_group, rest.id)
     WHERE a.role IN ('coordinator', 'stand-in') AND a.until_at IS NULL AND NOT o.closed
)
SELECT w.municipality FROM wanted AS w
 WHERE NOT EXISTS (SELECT FROM report AS r WHERE r.campaign = $1 AND r.week = w.week AND r.working_group = w.id AND r.organization IS NULL)
UNION
SELECT l.municipality FROM line AS l
 WHERE NOT EXISTS (SELECT FROM report AS r WHERE r.campaign = $1 AND r.week = l.week AND r.week >= $4 AND r.organization = l.organization)
UNION
SELECT l.municipality
  FROM line AS l JOIN report AS r ON r.organization = l.organization AND r.municipality = l.municipality AND r.campaign = $1
 WHERE r.number = 0 AND r.working_group <> l.id AND r.week >= $4
 ORDER BY municipality;

-- name: add_sent
INSERT INTO report_sent (municipality, report, number, content, sent_at, sent_by) VALUES ($1, $2, $3, $4::text::jsonb, $5, $6);

-- name: versions
SELECT s.number, s.content::text AS content, s.sent_at, s.sent_by, p.name AS by
  FROM report_sent AS s JOIN account AS p ON p.id = s.sent_by
 WHERE s.municipality = $1 AND s.report = $2 ORDER BY s.number;

-- name: last_sent
-- What was sent last of each of these.
SELECT DISTINCT ON (s.report) s.report, s.number, s.content::text AS content, s.sent_at, s.sent_by, p.name AS by
  FROM report_sent AS s JOIN account AS p ON p.id = s.sent_by
 WHERE s.municipality = ANY ($1::text[]) AND s.report = ANY ($2::uuid[])
 ORDER BY s.report, s.number DESC;

-- name: is_dissolved
SELECT dissolved_at IS NOT NULL FROM working_group WHERE id = $1;
