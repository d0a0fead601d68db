-- When it was last taken up again: the time of the final answer counts from then.
ALTER TABLE inquiry ADD COLUMN reopened_at timestamptz;
