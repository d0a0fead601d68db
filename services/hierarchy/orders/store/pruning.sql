-- name: erase
-- The words of orders whose campaign closed before, with those of their addressees. Some at a time: one may have thousands of these.
WITH gone AS (
    SELECT o.municipality, o.id
      FROM work_order AS o JOIN campaign AS c ON c.id = o.campaign
     WHERE o.erased_at IS NULL AND c.close_until < ($1::timestamptz)::date
     ORDER BY o.municipality, o.id
     LIMIT greatest($2::int / 20, 1) FOR UPDATE OF o SKIP LOCKED
), tasks AS (
    UPDATE work_order_task AS t SET name = '', place = '', report_text = '', reason = ''
      FROM gone AS g WHERE t.municipality = g.municipality AND t.work_order = g.id
), steps AS (
    DELETE FROM work_order_step AS s USING gone AS g WHERE s.municipality = g.municipality AND s.work_order = g.id
)
UPDATE work_order AS o SET body = '', act_number = '', act_day = NULL, erased_at = now()
  FROM gone AS g WHERE o.municipality = g.municipality AND o.id = g.id;
