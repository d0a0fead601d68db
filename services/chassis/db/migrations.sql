-- name: lock
-- One migration at a time in this database, whoever starts it.
SELECT pg_advisory_lock(7031990);

-- name: create_register
CREATE TABLE IF NOT EXISTS schema_migration (
    room       text        NOT NULL,
    number     int         NOT NULL,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (room, number)
);

-- name: applied
SELECT room, number, checksum FROM schema_migration;

-- name: register
INSERT INTO schema_migration (room, number, name, checksum) VALUES ($1, $2, $3, $4);
