#!/bin/bash
# machine.sh chroot|systemd DIR: DIR/script in the machine of DIR/installed.
# To be run in mount and pid namespaces of its own.  See machine.bash.
set -eu
boot=$1 dir=$2 top=$2/top root=$2/top/root

mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs "$top"
mkdir "$top/work" "$root"
cp -a "$dir/installed" "$top/up"
mkdir -p "$top/up/root" "$top/up/etc/systemd/system"
cp "$dir/script" "$top/up/root/script"
od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$top/up/etc/machine-id"
mount -t overlay overlay \
    -o "lowerdir=/,upperdir=$top/up,workdir=$top/work" "$root"

if [[ $boot == chroot ]]; then
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs tmpfs "$root/run"
	env -i /usr/bin/unshare -n --root="$root" bash /root/script
	exit
fi

cat >"$root/etc/systemd/system/the-test.service" <<'END'
[Unit]
Description=What is tested
Requires=basic.target
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'bash /root/script >/root/output 2>&1 </dev/null; \
    echo $? >/root/status; systemctl poweroff --force'
END
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn
systemd-nspawn -q --register=no --keep-unit --link-journal=no -D "$root" \
    --private-network --console=pipe -b systemd.unit=the-test.service \
    >"$top/console" 2>&1 </dev/null || :
cat "$root/root/output" || { tail -n 40 "$top/console" && exit 70; }
exit "$(<"$root/root/status")"
