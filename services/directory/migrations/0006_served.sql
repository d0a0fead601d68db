-- Who acts for a municipality by agreement: the rights over the one reach over the other.
CREATE TABLE staff_serving (
    id        uuid        PRIMARY KEY,
    tenant    text        NOT NULL,
    served_by text        NOT NULL,
    until_at  timestamptz,
    version   int         NOT NULL
);
CREATE INDEX staff_serving_of_tenant ON staff_serving (tenant);
CREATE INDEX staff_serving_by ON staff_serving (served_by);
