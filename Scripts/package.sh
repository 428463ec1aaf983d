#!/usr/bin/env bash
# Makes dist/bootstrap.zip: every function in one program that needs nothing of the system that it runs on.
# Same sources on the same system, same bytes, in whatever folder. Everything in between is kept in .build-static/.
#
# Usage: package.sh [PRODUCT]    with PRODUCT: dist/PRODUCT.zip from that product of the package in the current folder
set -euo pipefail

scripts=$(cd "$(dirname "$0")" && pwd)
product=${1:-bootstrap}
[[ $# -gt 0 ]] || cd "$scripts/.."
root=$PWD
cache=$root/.build-static
swift=${SWIFT:-swift}

command -v zip >/dev/null || { echo "zip is missing: apt-get install zip" >&2; exit 1; }
"$scripts/static-libcurl.sh" "$cache/libcurl"

echo "Building $product, static; the first time takes a few minutes"
# SwiftPM does not notice that an archive which it links has changed.
[[ $cache/swift/release/$product -nt $cache/libcurl/complete ]] || rm -f "$cache/swift/release/$product"
export PKG_CONFIG_PATH=$cache/libcurl/lib/pkgconfig
"$swift" build -c release --product "$product" --scratch-path "$cache/swift" \
    -Xswiftc -static-executable --static-swift-stdlib -Xswiftc -use-ld=lld \
    -Xswiftc -file-prefix-map -Xswiftc "$root=." -Xcc "-I$cache/libcurl/include" \
    -Xlinker --gc-sections -Xlinker --build-id=none

# What no function needs and a single careless call links in (for example `text.contains("…")`: the library of regular
# expressions, 1.3 MB), by the names that their symbols carry.
unwanted='_StringProcessing|_RegexParser|[0-9]Foundation|FoundationEssentials|FoundationInternationalization|_FoundationICU'
symbols() { nm "$cache/swift/release/$product" | awk '{ print $NF }'; }
if [[ $# -eq 0 ]] && symbols | grep -E "^\\\$s.*($unwanted)" >"$cache/unwanted"; then
    echo "These libraries must not be linked into the program of the functions:" >&2
    grep -oE "$unwanted" "$cache/unwanted" | sort | uniq -c >&2
    echo "Who calls them: nm -uA .build/debug/*.build/*.o | grep -E '$unwanted'" >&2
    exit 1
fi

stage=$cache/stage
rm -rf "$stage" && mkdir -p "$stage" dist
strip --strip-all --remove-section=.comment -o "$stage/bootstrap" "$cache/swift/release/$product"
# The compiler leaves a digest of how it was called in each module, the folder included; nothing reads it in a program.
if objcopy --dump-section .swift_modhash="$cache/modhash" "$stage/bootstrap" "$cache/unused" 2>/dev/null; then
    head -c "$(stat -c %s "$cache/modhash")" /dev/zero >"$cache/modhash.zero"
    objcopy --update-section .swift_modhash="$cache/modhash.zero" "$stage/bootstrap"
    rm -f "$cache"/modhash "$cache"/modhash.zero "$cache/unused"
fi
chmod 755 "$stage/bootstrap"
# One moment for every build: the earliest that a zip can say.
TZ=UTC touch -t 198001010000 "$stage/bootstrap"
rm -f "dist/$product.zip"
(cd "$stage" && TZ=UTC zip -q -X -9 "$root/dist/$product.zip" bootstrap)

size() { stat -c %s "$1"; }
program=$(size "$stage/bootstrap")
package=$(size "dist/$product.zip")
awk -v n="$product" -v p="$program" -v z="$package" \
    'BEGIN { printf "dist/%s.zip: %.1f MB (the program: %.1f MB)\n", n, z / 1e6, p / 1e6 }'
sha256sum "dist/$product.zip"
if [[ $# -eq 0 ]] && ((program > 20000000 || package > 8000000)); then
    echo "Too large: at most 20 MB for the program and 8 MB for the zip." >&2
    exit 1
fi
