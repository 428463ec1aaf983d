#!/usr/bin/env bash
# Builds a minimal static libcurl from Debian's source package: HTTP and TLS (OpenSSL) and nothing else, names resolved by
# c-ares. Debian's own libcurl.a wants a dozen more libraries; and the C library's resolver loads plug-ins at run time, which
# a static program had better not do on a system that it was not built on.
#
# Usage: static-libcurl.sh DIRECTORY    leaves DIRECTORY/{include,lib/*.a,lib/pkgconfig}, which may be moved
# The system's package sources are left alone: the source list and its index live under DIRECTORY.
set -euo pipefail

target=$(mkdir -p "$1" && cd "$1" && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
security=${DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}
# Made anew when this script has changed, or OpenSSL.
recipe=$({ cat "$0"; dpkg-query -W -f='${Version}' libssl-dev 2>/dev/null || true; } | sha256sum)
[[ $(cat "$target/complete" 2>/dev/null) == "$recipe" ]] && exit 0

missing=()
for tool in apt-get dpkg-source dpkg-deb make gcc; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[[ -e /usr/include/openssl/ssl.h ]] || missing+=(libssl-dev)
if ((${#missing[@]})); then
    echo "To build the static libcurl, these are missing: ${missing[*]} (apt-get install dpkg-dev build-essential libssl-dev)" >&2
    exit 1
fi

. /etc/os-release
[[ ${ID:-} == debian ]] || { echo "The static libcurl is built from Debian's source package: build on Debian 12 or 13, or in a container of it." >&2; exit 1; }

work=$target/work
rm -rf "$work" && mkdir -p "$work"/{lists/partial,cache/archives/partial,debs}
cat >"$work/sources.list" <<LIST
deb $mirror $VERSION_CODENAME main
deb-src $mirror $VERSION_CODENAME main
deb $security $VERSION_CODENAME-security main
deb-src $security $VERSION_CODENAME-security main
LIST
apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)

echo "Fetching the source of libcurl from $mirror"
"${apt[@]}" update
(cd "$work" && "${apt[@]}" source --download-only curl)
(cd "$work/debs" && "${apt[@]}" download libc-ares-dev)
dpkg-source --no-check -x "$work"/curl_*.dsc "$work/curl" >/dev/null
dpkg-deb -x "$work"/debs/libc-ares-dev_*.deb "$work/ares"

mkdir -p "$target"/{include,lib/pkgconfig}
cp "$(find "$work/ares" -name libcares.a)" "$target/lib/"
cp "$work"/ares/usr/include/ares*.h "$target/include/"

echo "Building libcurl: about a minute"
cd "$work/curl"
[[ -x configure ]] || autoreconf -fi >"$target/build.log" 2>&1
# Debian's patches make some inputs of configure newer than configure; none of them concerns what is built here, so make
# must not ask for the tools that would make it anew.
find . '(' -name aclocal.m4 -o -name configure -o -name '*.in' ')' -exec touch {} +
{
    # The archive holds no path of this machine, and drops what nobody calls.
    CFLAGS="-O2 -fPIC -ffunction-sections -fdata-sections -ffile-prefix-map=$work=." \
    CPPFLAGS="-I$target/include" LDFLAGS="-L$target/lib" LIBS="-lcares" \
        ./configure --prefix="$target" --disable-shared --enable-static --with-openssl --enable-ares="$target" \
        --disable-threaded-resolver --without-ca-bundle --without-ca-path \
        --without-zlib --without-brotli --without-zstd --without-libpsl --without-libidn2 --without-nghttp2 \
        --without-librtmp --without-libssh2 --without-libgsasl --without-gssapi \
        --disable-ldap --disable-ldaps --disable-ftp --disable-file --disable-dict --disable-telnet --disable-tftp \
        --disable-rtsp --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher --disable-mqtt \
        --disable-manual --disable-docs --disable-libcurl-option --disable-ntlm --disable-ntlm-wb --disable-tls-srp \
        --disable-unix-sockets --disable-alt-svc --disable-hsts --disable-netrc --disable-doh \
        --disable-progress-meter --disable-websockets --disable-aws --disable-dateparse --disable-headers-api &&
    make -C lib -j"$(nproc)" && make -C lib install && make -C include install && make install-pkgconfigDATA
} >"$target/build.log" 2>&1 || { tail -20 "$target/build.log" >&2; echo "The log: $target/build.log" >&2; exit 1; }

cat >"$target/lib/pkgconfig/libcurl.pc" <<PC
prefix=\${pcfiledir}/../..
Name: libcurl
Description: HTTP and TLS only, static
Version: $(sed -n 's/^#define LIBCURL_VERSION "\(.*\)"/\1/p' "$target/include/curl/curlver.h")
Cflags: -I\${prefix}/include
Libs: -L\${prefix}/lib -lcurl -lcares -lssl -lcrypto
PC

# OpenSSL's archives beside it: were they found in the system's directory, so would the system's libcurl.a be.
cp "$(gcc -print-file-name=libssl.a)" "$(gcc -print-file-name=libcrypto.a)" "$target/lib/"
cat >"$target/lib/pkgconfig/libcrypto.pc" <<PC
Name: libcrypto
Description: OpenSSL's cryptography, static
Version: $(sed -n 's/^# *define OPENSSL_VERSION_STR "\(.*\)"/\1/p' /usr/include/openssl/opensslv.h)
Libs: -L\${pcfiledir}/.. -lcrypto
PC

# Tables for unwinding: C has no exceptions, and a stripped program no names to show. 0.6 MB of the program.
for archive in "$target"/lib/*.a; do
    objcopy --remove-section .eh_frame --remove-section .rela.eh_frame "$archive"
done
rm -rf "$work"
echo "$recipe" >"$target/complete"
