#!/bin/sh
# Puts what the services need into staged/: built packages and the dependencies that the lock file pins. Run in a clean checkout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
npm ci --ignore-scripts
npm run build
rm -rf "$here/staged"
mkdir -p "$here/staged"
cp package.json package-lock.json "$here/staged/"
# The lock file speaks of every workspace, so each must be there by its name.
for name in packages/* examples; do
  mkdir -p "$here/staged/$name"
  cp "$name/package.json" "$here/staged/$name/"
done
for name in sdk worker proxy; do
  cp -R "packages/$name/bin" "packages/$name/dist" "$here/staged/packages/$name/"
done
cd "$here/staged"
npm ci --omit=dev --ignore-scripts --workspace @cocoonkit/worker --workspace @cocoonkit/proxy
# Notes of npm about itself, which hold times.
rm -f node_modules/.package-lock.json
