-- name: all_campaigns
SELECT to_jsonb(campaign) AS campaign FROM campaign ORDER BY first_day, id;

-- name: open_campaign
SELECT to_jsonb(campaign) AS campaign FROM campaign WHERE open;

-- name: current_campaign
SELECT to_jsonb(campaign) AS campaign FROM campaign ORDER BY open DESC, first_day DESC, id DESC LIMIT 1;

-- name: save
INSERT INTO campaign (id, version, open, name, prepare_from, first_day, last_day, close_until, time_zone,
                      demonstration, figures, directions, classifiers, definitions, consent, limits, plan,
                      life)
SELECT id, version, open, name, prepare_from, first_day, last_day, close_until, time_zone,
       demonstration, figures, directions, classifiers, definitions, consent, limits, plan, life
  FROM jsonb_populate_record(NULL::campaign, $1::jsonb)
ON CONFLICT (id) DO UPDATE
   SET version = excluded.version, open = excluded.open, name = excluded.name,
       prepare_from = excluded.prepare_from, first_day = excluded.first_day,
       last_day = excluded.last_day, close_until = excluded.close_until,
       time_zone = excluded.time_zone, demonstration = excluded.demonstration,
       figures = excluded.figures, directions = excluded.directions,
       classifiers = excluded.classifiers, definitions = excluded.definitions,
       consent = excluded.consent, limits = excluded.limits,
       plan = excluded.plan, life = excluded.life;
