#!/bin/sh
# Proves the two commands in an empty Debian: a minbase root, a clean clone, nothing else.
#   packaging/fresh-root.sh [JOB ...]     (default: "demo" and "test", each in a root of its own)
# Needs root and debootstrap. FRESH_BASE names the folder for the roots; what a run leaves in
# demo-output is copied to FRESH_OUT. Test data named by LABELER_TEST_DATA and
# LABELER_TEST_VECTORS is shown to the root read-only.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
base=${FRESH_BASE:-/var/tmp/labeler-fresh}
mirror=${FRESH_MIRROR:-http://deb.debian.org/debian}
[ "$(id -u)" = 0 ] || { echo "This needs root (chroot)." >&2; exit 3; }
command -v debootstrap >/dev/null || { echo "Type: apt-get install debootstrap" >&2; exit 3; }
mkdir -p "$base"

unmount() { for place in data vectors dev/shm dev/pts proc; do umount -l "$1/$place" 2>/dev/null || true; done; }

make_root() {
    if [ ! -f "$base/minbase.tar" ]; then
        debootstrap --variant=minbase bookworm "$base/seed" "$mirror" >&2
        tar -C "$base/seed" -cf "$base/minbase.tar" .
        rm -rf "$base/seed"
    fi
    mkdir -p "$1"
    tar -C "$1" -xf "$base/minbase.tar"
    cp /etc/resolv.conf "$1/etc/resolv.conf"
    cp /etc/hosts "$1/etc/hosts"
    mount -t proc proc "$1/proc"
    # Nodes of its own, so that removing the root can never touch this machine's.
    for node in null:3 zero:5 full:7 random:8 urandom:9; do
        [ -e "$1/dev/${node%:*}" ] || mknod -m 666 "$1/dev/${node%:*}" c 1 "${node#*:}"
    done
    mkdir -p "$1/dev/shm" "$1/dev/pts"
    mount -t tmpfs tmpfs "$1/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    ln -sf pts/ptmx "$1/dev/ptmx"
    [ -e "$1/dev/tty" ] || mknod -m 666 "$1/dev/tty" c 5 0
    if [ -n "${LABELER_TEST_DATA:-}" ]; then
        mkdir -p "$1/data" "$1/vectors"
        mount --bind -o ro "$LABELER_TEST_DATA" "$1/data"
        mount --bind -o ro "$LABELER_TEST_VECTORS" "$1/vectors"
    fi
    # Behind a proxy that signs its own certificates, the root must trust what this machine trusts.
    if [ -n "${SSL_CERT_FILE:-}" ]; then
        cp "$SSL_CERT_FILE" "$1/etc/host-certificates.crt"
    fi
    git clone --quiet "$here" "$1/srv/labeler"
}

run_in() {
    set -- "$1" "$2" HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
    if [ -n "${SSL_CERT_FILE:-}" ]; then
        bundle=/etc/host-certificates.crt
        set -- "$@" "SSL_CERT_FILE=$bundle" "PIP_CERT=$bundle" "REQUESTS_CA_BUNDLE=$bundle"
    fi
    if [ -n "${LABELER_TEST_DATA:-}" ]; then
        set -- "$@" LABELER_TEST_DATA=/data LABELER_TEST_VECTORS=/vectors LABELER_REQUIRE_DATA=1
    fi
    root=$1 job=$2
    shift 2
    chroot "$root" env -i "$@" sh -c "cd /srv/labeler && ./run $job"
}

[ $# -gt 0 ] || set -- demo test
status=0
for job in "$@"; do
    root=$base/$(printf '%s' "$job" | tr -c 'a-z0-9\n' '-')
    unmount "$root"
    rm -rf --one-file-system "$root"
    make_root "$root"
    started=$(date +%s)
    if run_in "$root" "$job"; then word=passed; else word=FAILED status=1; fi
    echo "fresh root: ./run $job $word in $(($(date +%s) - started)) s"
    if [ -d "$root/srv/labeler/demo-output" ] && [ -n "${FRESH_OUT:-}" ]; then
        mkdir -p "$FRESH_OUT" && cp -r "$root/srv/labeler/demo-output" "$FRESH_OUT/"
    fi
    unmount "$root"
    [ -n "${FRESH_KEEP:-}" ] || rm -rf --one-file-system "$root"
done
exit $status
