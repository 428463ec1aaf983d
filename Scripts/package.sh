#!/usr/bin/env bash
# Makes dist/bootstrap.zip: every function in one program that needs nothing of the system that it runs on.
# Same sources on the same system, same bytes, in whatever folder. Everything in between is kept in .build-static/.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
cache=$root/.build-static
swift=${SWIFT:-swift}

command -v zip >/dev/null || { echo "zip is missing: apt-get install zip" >&2; exit 1; }
Scripts/static-libcurl.sh "$cache/libcurl"

echo "Building bootstrap, static; the first time takes a few minutes"
# SwiftPM does not notice that an archive which it links has changed.
[[ $cache/swift/release/bootstrap -nt $cache/libcurl/complete ]] || rm -f "$cache/swift/release/bootstrap"
export PKG_CONFIG_PATH=$cache/libcurl/lib/pkgconfig
"$swift" build -c release --product bootstrap --scratch-path "$cache/swift" \
    -Xswiftc -static-executable --static-swift-stdlib -Xswiftc -use-ld=lld \
    -Xswiftc -file-prefix-map -Xswiftc "$root=." -Xcc "-I$cache/libcurl/include" \
    -Xlinker --gc-sections -Xlinker --build-id=none

stage=$cache/stage
rm -rf "$stage" && mkdir -p "$stage" dist
strip --strip-all --remove-section=.comment -o "$stage/bootstrap" "$cache/swift/release/bootstrap"
# The compiler leaves a digest of how it was called in each module, the folder included; nothing reads it in a program.
objcopy --dump-section .swift_modhash="$cache/modhash" "$stage/bootstrap" "$cache/unused"
head -c "$(stat -c %s "$cache/modhash")" /dev/zero >"$cache/modhash.zero"
objcopy --update-section .swift_modhash="$cache/modhash.zero" "$stage/bootstrap"
rm -f "$cache"/modhash "$cache"/modhash.zero "$cache/unused"
chmod 755 "$stage/bootstrap"
# One moment for every build: the earliest that a zip can say.
TZ=UTC touch -t 198001010000 "$stage/bootstrap"
rm -f dist/bootstrap.zip
(cd "$stage" && TZ=UTC zip -q -X -9 "$root/dist/bootstrap.zip" bootstrap)

size() { stat -c %s "$1"; }
program=$(size "$stage/bootstrap")
package=$(size dist/bootstrap.zip)
awk -v p="$program" -v z="$package" 'BEGIN { printf "dist/bootstrap.zip: %.1f MB (the program: %.1f MB)\n", z / 1e6, p / 1e6 }'
sha256sum dist/bootstrap.zip
if ((program > 20000000 || package > 8000000)); then
    echo "Too large: at most 20 MB for the program and 8 MB for the zip." >&2
    exit 1
fi
