-- A region made up for the cabinet: every municipality, organization and working group has its people.
INSERT INTO smo (id, version, name, covers_all) VALUES ('smo', 1, 'СМО', true);
INSERT INTO municipality (code, version, name, kind, smo, oktmo_now, sort_key, search_text)
SELECT code, 1, 'Район ' || to_char(i, 'FM00000'), 'municipal_district', 'smo', code, 'район ' || to_char(i, 'FM00000'), 'район ' || to_char(i, 'FM00000')
  FROM (SELECT i, (10000000 + 1000 * i)::text AS code FROM generate_series(0, {municipalities} - 1) AS i) AS made;
INSERT INTO organization (id, version, external_id, founder, place, name, kind, headcount, closed, sort_key, search_text)
SELECT gen_random_uuid(), 1, i::text, code, code, 'Школа № ' || i, 'школа', 40, false, 'школа № ' || to_char(i, 'FM00000'),
       'школа № ' || i
  FROM (SELECT i, (10000000 + 1000 * (i % {municipalities}))::text AS code
          FROM generate_series(0, {organizations} - 1) AS i) AS made;
INSERT INTO act (municipality, id, number, day, entered_at)
SELECT code, gen_random_uuid(), '1', now()::date, now() FROM municipality;
INSERT INTO working_group (municipality, id, campaign, name, covers_all, act, formed_at, version)
SELECT act.municipality, gen_random_uuid(), campaign.id, 'Группа ' || i, false, act.id, now(), 1
  FROM act, campaign, generate_series(1, {groups}) AS i;
INSERT INTO group_direction (municipality, campaign, direction, working_group)
SELECT g.municipality, g.campaign, d.direction ->> 'code', g.id
  FROM campaign, jsonb_array_elements(campaign.directions) WITH ORDINALITY AS d (direction, n)
  JOIN working_group AS g ON g.name = 'Группа ' || (1 + d.n % {groups});
INSERT INTO group_organization (municipality, campaign, organization, working_group)
SELECT g.municipality, g.campaign, o.id, g.id
  FROM organization AS o
  JOIN working_group AS g ON g.municipality = o.founder AND g.name = 'Группа ' || (1 + o.external_id::int % {groups});
CREATE TEMPORARY TABLE wanted AS
SELECT row_number() OVER () AS n, role, municipality, scope_of FROM (
    SELECT 'head' AS role, code AS municipality, code AS scope_of FROM municipality WHERE code <> '{first}'
    UNION ALL SELECT 'responsible', code, code FROM municipality
    UNION ALL SELECT 'leader', municipality, id::text FROM working_group WHERE municipality <> '{first}' OR name <> 'Группа 1'
    UNION ALL SELECT 'coordinator', founder, id::text FROM organization
    UNION ALL SELECT 'stand-in', founder, id::text FROM organization, generate_series(1, 2)
) AS all_of_them LIMIT {people};
CREATE TEMPORARY TABLE person AS
SELECT n, gen_random_uuid() AS id FROM generate_series(1, {people}) AS n;
INSERT INTO account (id, email, name, password, created_at)
SELECT id, n || '@example.org', 'Работников Номер ' || n, CASE WHEN n % 5 > 0 THEN 'argon2' END, now() FROM person;
INSERT INTO appointment (municipality, id, role, scope_of, account, name, act, from_at, version)
SELECT w.municipality, gen_random_uuid(), w.role, w.scope_of, p.id, 'Работников Номер ' || w.n, act.id, now(), 1
  FROM wanted AS w JOIN person AS p USING (n) JOIN act ON act.municipality = w.municipality;
-- Ten orders of each Head to all coordinators: one still has to be read, two are to be judged, one is late, six are accepted.
INSERT INTO work_order (municipality, id, campaign, year, number, kind, body, done_by, due_at, addressed, made_by, made_at, issued_by,
                        issued_at, state, version)
SELECT h.municipality, gen_random_uuid(), c.id, extract(year FROM now())::int, n, 'do', 'Рассказать коллегам о марафоне', 'text',
       now() + CASE WHEN n = 4 THEN interval '-2 days' ELSE interval '3 days' END, ARRAY['role:coordinator'], h.account,
       now() - n * interval '1 hour', h.account, now() - n * interval '1 hour', 'issued', 1
  FROM (SELECT DISTINCT ON (municipality) municipality, account FROM appointment
         WHERE role IN ('head', 'responsible') ORDER BY municipality, role) AS h,
       campaign AS c, generate_series(1, 10) AS n;
INSERT INTO work_order_task (municipality, id, work_order, account, held_in, appointment, role, scope_of, working_group, organization,
                             name, place, state, received_at, acknowledged_at, reported_at, accepted_at, version)
SELECT a.municipality, gen_random_uuid(), w.id, a.account, a.municipality, a.id, a.role, a.scope_of, g.working_group, a.scope_of::uuid,
       a.name, '', CASE WHEN w.number = 1 THEN 'received' WHEN w.number < 4 THEN 'reported'
                        WHEN w.number = 4 THEN 'acknowledged' ELSE 'accepted' END,
       w.issued_at, CASE WHEN w.number > 1 THEN w.issued_at END, CASE WHEN w.number NOT IN (1, 4) THEN w.issued_at END,
       CASE WHEN w.number > 4 THEN w.issued_at END, 1
  FROM work_order AS w
  JOIN appointment AS a ON a.municipality = w.municipality AND a.role = 'coordinator'
  JOIN group_organization AS g ON g.organization = a.scope_of::uuid;
