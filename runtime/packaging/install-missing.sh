#!/bin/sh
# Installs what `npm start` and `npm test` need where it is missing; the second is there since an earlier install may have
# been of an earlier version.
if test -x node_modules/.bin/vitest && test -d node_modules/preact; then exit 0; fi
echo 'Installing what is missing ...'
exec npm ci --no-audit --no-fund --loglevel=error
