#!/usr/bin/env bash
# Decodes damaged pictures under the address and undefined-behaviour sanitizers: fuzz-images.sh [ITERATIONS] [FILE…]
# Without files, those of the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
iterations=${1:-20000}
shift || true
[ $# -gt 0 ] || set -- Tests/RecognitionTests/Pictures/*.{jpg,png,gif,webp}
files=()
for file in "$@"; do case $file in *bomb.png | *too-large.png) ;; *) files+=("$file") ;; esac; done
mkdir -p .build-fuzz
"${CC:-clang}" -g -O1 -Wall -Wextra -fsanitize=address,undefined -fno-sanitize-recover=all -fuse-ld=lld -o .build-fuzz/images \
  Tests/Fixtures/fuzz/images.c Sources/CImageCodecs/*.c -ljpeg -lpng16 -lgif -lwebpdemux -lwebp
.build-fuzz/images "$iterations" "${files[@]}"
