#!/bin/bash
# The role the running server signs in with. It owns nothing; migrations, which run as the owner, grant it what it needs.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$RUNTIME_PASSWORD" <<'SQL'
create role culturetrack_runtime login password :'password';
SQL
