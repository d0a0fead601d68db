#!/usr/bin/env bash
# Installs what the system must provide: Python with venv, Java, Maven, nginx; with --tests Chromium and Dovecot too.
# As root on Debian it installs what is missing; elsewhere it says what to install.
set -euo pipefail

has() { command -v "$1" >/dev/null 2>&1; }
python_fits() { has python3 && python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
java_fits() { has java && [ "$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1)" -ge 17 ]; }

missing=()
python_fits || missing+=(python3 python3-venv)
java_fits || missing+=(default-jre-headless)
has mvn || missing+=(maven)
has nginx || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
if [ "${1:-}" = "--tests" ]; then
    has chromium || missing+=(chromium)
    # An IMAP server, which the tests start as a user of no rights on a port of their own.
    [ -x /usr/lib/dovecot/imap ] || missing+=(dovecot-imapd)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! has apt-get; then
    echo "Please install first: Python 3.11 or newer with venv, Java 17 or newer, Maven, nginx" >&2
    echo "(on Debian: apt-get install ${missing[*]})." >&2
    exit 1
fi

echo "Installing ${missing[*]}"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    # Packages must not start servers of their own.
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
