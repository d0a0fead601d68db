-- Every step finds its inquiry by the id alone.
CREATE UNIQUE INDEX inquiry_by_id ON inquiry (id);

-- What has ended, the newest first, is read by state and in portions; the desk never reads the rest of it.
DROP INDEX inquiry_closed;
CREATE INDEX inquiry_ended ON inquiry (municipality, status, opened_at DESC, id DESC)
    WHERE status NOT IN ('new', 'taken', 'waiting', 'transferred');

-- What has passed a working group or the coordinators of an organization.
CREATE INDEX inquiry_level_of_group ON inquiry_level (municipality, holder_group) WHERE holder_group IS NOT NULL;
CREATE INDEX inquiry_level_of_organization ON inquiry_level (municipality, organization)
    WHERE organization IS NOT NULL;

-- How many were asked lately, by form.
CREATE INDEX inquiry_by_form ON inquiry (municipality, opened_at) WHERE channel = 'web';

-- What expires: ended long ago, and its words are there still.
CREATE INDEX inquiry_expiring ON inquiry (closed_at, id) WHERE erased_at IS NULL;
