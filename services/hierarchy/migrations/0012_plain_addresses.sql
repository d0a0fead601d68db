-- Addresses that were stored with what was copied along with them: «Name<a@b>», «<a@b>», «a@b,», «mailto:a@b». The
-- earliest account of a mailbox gets the plain address, unless another has it already: nobody's account goes.
UPDATE account AS a SET email = p.plain
  FROM (SELECT DISTINCT ON (plain) id, plain
          FROM (SELECT id, email, created_at,
                       regexp_replace(regexp_replace(email, '^mailto:|[,;]+$', '', 'g'), '^[^<>@]*<([^<>]+)>$', '\1') AS plain
                  FROM account) AS w
         WHERE plain <> email AND NOT EXISTS (SELECT FROM account AS o WHERE o.email = w.plain)
         ORDER BY plain, created_at, id) AS p
 WHERE a.id = p.id;
