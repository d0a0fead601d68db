#!/bin/sh
# Makes each service's database and roles; safe to repeat. Runs in the database server's own image.
set -eu
secret() { cat "${SECRETS:-/run/secrets}/$1"; }
export PGHOST="${PGHOST:-postgres}" PGUSER=postgres PGDATABASE=postgres
PGPASSWORD=$(secret postgres_password)
export PGPASSWORD
for SERVICE in intake hierarchy hotline metrics; do
    OWNER_PASSWORD=$(secret "${SERVICE}_owner_password")
    WEB_PASSWORD=$(secret "${SERVICE}_web_password")
    WORKER_PASSWORD=$(secret "${SERVICE}_worker_password")
    export SERVICE OWNER_PASSWORD WEB_PASSWORD WORKER_PASSWORD
    psql -X -q -f "${PROVISION:-/provision.sql}"
    echo "$SERVICE: database and roles are there"
done
