# chroot.sh: systems to test in, for scripts/matrix and scripts/bare to source, as root.
#
# They lie in scripts/cache, or CLOUDTRAIL_CHROOTS.  DEBIAN_MIRROR is where
# packages come from, by default the mirror of this machine.
# shellcheck shell=bash disable=SC2016,SC2034

[ "$(id -u)" -eq 0 ] || { echo "$0 makes chroots: it must run as root" >&2; exit 1; }
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
scripts/setup debootstrap || exit

chroots=${CLOUDTRAIL_CHROOTS:-$PWD/scripts/cache}
mkdir -p "$chroots"
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' | sed -n '/security/d; s/^Debian //p' | head -n 1)}
mirror=${mirror:-http://deb.debian.org/debian}
eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
export http_proxy=${http_proxy:-}

# The home of root in every Debian system, which nobody else may enter; in a chroot the sources lie in it.
export home=/root

# Where they lie there: on a path with a blank, which must do no harm.
checkout="$home/cloud trail"

# make_bare RELEASE: a system with nothing but make, under another name until it is complete.
make_bare() {
	local root=$chroots/$1.bare suite=$1 script
	[ "$1" != experimental ] || suite=sid
	script=/usr/share/debootstrap/scripts/$suite
	[ -e "$script" ] || script=${script%/*}/sid		# a release newer than this debootstrap
	rm -rf --one-file-system "$root" "$root.new"
	debootstrap --variant=minbase --include=make,ca-certificates "$suite" "$root.new" "$mirror" "$script"
	apt-config dump | grep -E '^Acquire::(https?::|Check-)' > "$root.new/etc/apt/apt.conf.d/90host" || true
	# Packages start no services here.
	printf '#!/bin/sh\nexit 101\n' > "$root.new/usr/sbin/policy-rc.d"
	chmod +x "$root.new/usr/sbin/policy-rc.d"
	[ "$1" != experimental ] || add_experimental "$root.new"
	mv "$root.new" "$root"
}

# add_experimental ROOT: the newest PostgreSQL, and nothing else of experimental.
# It is installed, since the package "postgresql" is sid's, of the version before.
add_experimental() {
	echo "deb $mirror experimental main" > "$1/etc/apt/sources.list.d/experimental.list"
	printf 'Package: src:postgresql-19\nPin: release a=experimental\nPin-Priority: 990\n' > "$1/etc/apt/preferences.d/postgresql"
	install_in "$1" postgresql-19 postgresql-server-dev-19
}

# install_in ROOT PACKAGE...: installs packages, by lists that are fetched before.
install_in() {
	local root=$1
	shift
	run_in "$root" sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"' - "$@"
}

# copy_bare RELEASE NAME: a fresh copy of a bare system.
copy_bare() {
	[ -d "$chroots/$1.bare" ] || make_bare "$1" || return
	rm -rf --one-file-system "${chroots:?}/$2"
	cp -a --reflink=auto "$chroots/$1.bare" "$chroots/$2.new"
	mv "$chroots/$2.new" "$chroots/$2"
}

# copy_sources FOLDER: what git tracks or would track.
copy_sources() {
	rm -rf "$1"
	mkdir -p "$1"
	git ls-files -z --cached --others --exclude-standard | perl -0ne 'chomp; print "$_\0" if -e' |
		tar --create --null --files-from=- | tar --extract --directory="$1"
}

# run_in ROOT COMMAND...: with mounts and processes that end with the command;
# without a network if NO_NETWORK is set.
run_in() {
	cp -L /etc/resolv.conf /etc/hosts "$1/etc"
	# shellcheck disable=SC2016
	unshare --mount --pid ${NO_NETWORK:+--net} --fork --kill-child bash -c '
		set -e
		mount -t proc proc "$1/proc"
		mount --rbind /dev "$1/dev"
		mount -t tmpfs tmpfs "$1/dev/shm"
		if [ -n "${CLOUDTRAIL_CORPUS:-}" ]; then
			mkdir -p "$1/corpus"
			mount --bind -o ro "$CLOUDTRAIL_CORPUS" "$1/corpus"
			corpus=CLOUDTRAIL_CORPUS=/corpus
		fi
		exec env -i HOME="$home" PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" CI="${CI:-}" ${corpus:-} \
			http_proxy="$http_proxy" chroot "$@"' - "$@"
}
