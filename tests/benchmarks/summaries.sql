-- {weeks} weeks of summaries of every organization and every group: by turns one of twenty was not sent and one was late, and every
-- seventh declares a number.
CREATE TEMPORARY TABLE weekly AS
SELECT c.id AS campaign, nth, w.week, w.week + 4 AS day, w.week + interval '4 days 16 hours' AS of_lines,
       w.week + interval '7 days 12 hours' AS of_groups
  FROM campaign AS c, generate_series(0, {weeks} - 1) AS nth, LATERAL (SELECT '{latest}'::date - 7 * nth AS week) AS w;
CREATE TEMPORARY TABLE line AS
SELECT g.municipality, g.campaign, g.working_group, g.organization, o.name, o.external_id::int AS nth, a.id AS appointment, a.account,
       a.name AS by
  FROM appointment AS a
  JOIN organization AS o ON o.id = CASE WHEN a.role = 'coordinator' THEN a.scope_of::uuid END
  JOIN group_organization AS g ON g.organization = o.id
 WHERE a.role = 'coordinator';
ANALYZE weekly, line;
CREATE TEMPORARY TABLE summary AS
SELECT o.municipality, gen_random_uuid() AS id, w.campaign, o.working_group, o.organization, o.name, w.week, w.day,
       w.of_lines AT TIME ZONE 'Europe/Moscow' AS due_at, gen_random_uuid() AS request, o.account, o.by, o.nth,
       CASE (o.nth + w.nth) % 20 WHEN 0 THEN NULL WHEN 1 THEN interval '2 hours' ELSE interval '-5 hours' END AS sent_after,
       jsonb_build_object('registered', 20 + o.nth % 20, 'period_registered', o.nth % 5, 'submitted', 5 + o.nth % 30,
                          'period_submitted', o.nth % 4, 'by_direction', jsonb_build_object('education', 3, 'amenities', 2 + o.nth % 30),
                          'by_form', jsonb_build_object('personal', 4, 'collective', 1 + o.nth % 30),
                          'by_position', jsonb_build_object('budget', 18, 'resident', 2 + o.nth % 20),
                          'first_time', NULL, 'consultations', NULL, 'help_requests', o.nth % 3, 'inquiries', NULL) AS counted,
       CASE WHEN o.nth % 7 = 0
            THEN jsonb_build_array(jsonb_build_object('figure', 'consultations', 'number', o.nth % 10, 'reason', 'По журналу координатора'))
            ELSE '[]' END AS declared
  FROM line AS o, weekly AS w;
ANALYZE summary;
INSERT INTO report (municipality, id, campaign, level, working_group, organization, name, week, first_day, last_day, day, due_at, moved,
                    request, answered, counted, as_of, notes, declared, number, sent_at, in_time, differs, version)
SELECT municipality, id, campaign, 'coordinator', working_group, organization, name, week, day - 7, day - 1, day, due_at, '',
       request, request, counted, due_at - interval '16 hours', 'Провели собрание, рассказали о марафоне.', declared,
       CASE WHEN sent_after IS NULL THEN 0 ELSE 1 END, due_at + sent_after, sent_after < interval '0', false, 2
  FROM summary;
INSERT INTO report_sent (municipality, report, number, content, sent_at, sent_by)
SELECT municipality, id, 1,
       jsonb_build_object('notes', 'Провели собрание, рассказали о марафоне.', 'themes', '[]'::jsonb, 'declared', declared, 'counted', counted,
                          'as_of', due_at - interval '16 hours', 'lines', NULL),
       due_at + sent_after, account
  FROM summary WHERE sent_after IS NOT NULL;
CREATE TEMPORARY TABLE whole AS
SELECT g.municipality, gen_random_uuid() AS id, w.campaign, g.id AS working_group, g.name, w.week, w.day, r.account,
       w.of_groups AT TIME ZONE 'Europe/Moscow' AS due_at,
       CASE (right(g.name, 1)::int + w.nth + r.nth) % 20 WHEN 0 THEN NULL WHEN 1 THEN interval '2 hours' ELSE interval '-2 hours' END AS sent_after
  FROM working_group AS g
  JOIN (SELECT municipality, account, row_number() OVER (ORDER BY municipality) AS nth FROM appointment WHERE role = 'responsible') AS r
    USING (municipality),
       weekly AS w;
INSERT INTO report (municipality, id, campaign, level, working_group, name, week, first_day, last_day, day, due_at, moved, number,
                    sent_at, in_time, version)
SELECT municipality, id, campaign, 'group', working_group, name, week, day - 7, day - 1, day, due_at, '',
       CASE WHEN sent_after IS NULL THEN 0 ELSE 1 END, due_at + sent_after, sent_after < interval '0', 2
  FROM whole;
CREATE TEMPORARY TABLE part AS
SELECT s.working_group, s.week,
       jsonb_agg(jsonb_build_object(
           'report', s.id, 'name', s.name, 'number', CASE WHEN s.sent_after IS NULL THEN 0 ELSE 1 END, 'by', s.by, 'counted', s.counted,
           'notes', 'Провели собрание, рассказали о марафоне.', 'themes', '[]'::jsonb, 'figures', f.figures) ORDER BY s.name) AS lines
  FROM summary AS s,
       LATERAL (SELECT jsonb_object_agg(figure, jsonb_build_object('counted', s.counted -> figure, 'stated', s.counted -> figure,
                                                                   'difference', 0)) AS figures
                  FROM unnest(ARRAY['registered', 'period_registered', 'submitted', 'period_submitted', 'first_time', 'consultations',
                                    'help_requests', 'inquiries']) AS figure) AS f
 GROUP BY s.working_group, s.week;
ANALYZE whole, part;
INSERT INTO report_sent (municipality, report, number, content, sent_at, sent_by)
SELECT w.municipality, w.id, 1,
       jsonb_build_object('notes', '', 'themes', '[]'::jsonb, 'declared', '[]'::jsonb, 'counted', NULL, 'as_of', NULL, 'lines', coalesce(p.lines, '[]')),
       w.due_at + w.sent_after, w.account
  FROM whole AS w LEFT JOIN part AS p USING (working_group, week)
 WHERE w.sent_after IS NOT NULL;
-- Three questions of each coordinator, one of them open.
INSERT INTO question (municipality, id, campaign, account, held_in, appointment, role, scope_of, working_group, organization, name, place,
                      body, regulation_of, regulation, minutes, holder, holder_group, groups, asked_at, due_at, state, escalated, late, answer,
                      answered_by, answered_at, answer_minutes, in_time, version)
SELECT o.municipality, gen_random_uuid(), o.campaign, o.account, o.municipality, o.appointment, 'coordinator', o.organization::text,
       o.working_group, o.organization, o.by, '', 'Можно ли подать инициативу от имени коллектива?', 'region', 1, 480, 'group',
       o.working_group, ARRAY[o.working_group], now() - n * interval '1 hour', now() + interval '3 days',
       CASE WHEN n = 1 THEN 'asked' ELSE 'answered' END, false, false, CASE WHEN n = 1 THEN '' ELSE 'Да, если согласны все.' END,
       CASE WHEN n > 1 THEN o.account END, CASE WHEN n > 1 THEN now() END, CASE WHEN n > 1 THEN 60 END, CASE WHEN n > 1 THEN true END, 1
  FROM line AS o, generate_series(1, 3) AS n;
