-- A group's orders, settled ones too, for the list of what was given.
CREATE INDEX work_order_task_ever_of_group ON work_order_task (working_group, work_order);
