-- A summary and an order are asked for by their id alone, which names no municipality.
CREATE INDEX report_by_id ON report (id);
CREATE INDEX work_order_by_id ON work_order (id);

-- What is due soon, at each look of the worker's.
CREATE INDEX report_due ON report (due_at) WHERE number = 0;

-- What waits for somebody: of a season's rows the few that nobody has settled yet.
CREATE INDEX work_order_task_unsettled ON work_order_task (municipality, work_order) WHERE state <> 'accepted';
CREATE INDEX work_order_of_group ON work_order (working_group) WHERE working_group IS NOT NULL;
CREATE INDEX question_open_in_municipality ON question (municipality) WHERE state = 'asked';
CREATE INDEX question_open_with_group ON question (holder_group) WHERE state = 'asked';
