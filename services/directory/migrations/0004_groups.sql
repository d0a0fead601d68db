-- In whose line of subordination a right is: a working group and an organization are somebody's.
ALTER TABLE staff_grant ADD COLUMN tenant text;
UPDATE staff_grant SET tenant = scope_of WHERE scope = 'municipality';
