#!/bin/sh
# Makes what is missing in ./secrets: random passwords, the keys that sign and seal, a self-signed certificate to begin with.
# Containers of several users read the files, so the folder keeps others of this machine out.
set -eu
cd "$(dirname "$0")/../.."
umask 077
mkdir -p secrets
chmod 700 secrets

new() { [ ! -e "secrets/$1" ] && echo "secrets/$1"; }

for name in postgres $(for s in intake hierarchy hotline metrics; do for r in owner web worker; do echo "${s}_$r"; done; done); do
    new "${name}_password" && openssl rand -hex 24 >"secrets/${name}_password"
done
new kafka_cluster_id && openssl rand -hex 11 >secrets/kafka_cluster_id
for name in intake hierarchy hotline; do
    new "${name}_signing_key" && openssl genpkey -algorithm ed25519 -out "secrets/${name}_signing_key" 2>/dev/null
done
# What intake stores of people is sealed by the first of these keys, and opened by any: docs/operations.md says how to change it.
new intake_personal_keys && echo "$(date +%Y-%m-%d) $(openssl rand -base64 32)" >secrets/intake_personal_keys
# smtp://user:password@host:port, or smtps://; while it is empty, letters stay in the volume `mail`.
new smtp_url && : >secrets/smtp_url
# The password of the mailbox from which letters to the lines come; not needed while they come into the volume `mail`.
new mailbox_password && : >secrets/mailbox_password
# The certificate (PEM) of the authority behind that server's own, if it is none that everybody trusts.
new mailbox_ca && : >secrets/mailbox_ca
# The secret that the provider of single sign-on gives its client, if there is one.
new openid_secret && : >secrets/openid_secret
# The bucket of the signed scans, `id:secret`; not needed while they lie in the volume `files`.
new s3_credentials && : >secrets/s3_credentials
if new tls_certificate; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=${1:-localhost}" \
        -addext "subjectAltName=DNS:${1:-localhost}" -keyout secrets/tls_key -out secrets/tls_certificate 2>/dev/null
    echo "The certificate is self-signed, for 30 days: put your own into secrets/tls_certificate and secrets/tls_key."
fi
chmod 444 secrets/*
