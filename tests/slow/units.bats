# The units, by a systemd that really runs them in a machine of its own
# (machine.bash): what they may not do, and that the programs work so.
bats_require_minimum_version 1.5.0
load ../helper
load machine

MOST=12		# tenths of exposure that a unit may have

setup_file() {
	machine_make
}

setup() {
	pp_setup
	machine_need
	export LIMIT=300
}

@test "systemd finds nothing wrong with them, and little exposed" {
	does "MOST=$MOST" <<'END'
set -eo pipefail
cd /usr/local/lib/systemd/system
systemd-analyze verify ./pp-*.* >said 2>&1 || :
! grep -F pp- said || fail 'verify has something to say'
for unit in pp-*.service; do
	systemd-analyze security --offline=true "./$unit" 2>/dev/null |
	    tail -n 1
	[[ $unit == pp-failure@* ]] || systemd-analyze security \
	    --offline=true --threshold="$MOST" "./$unit" >/dev/null
done
END
	out_has 'level for pp-page.service: '
	printf '%s\n' "$output" | sed 's/^/# /' >&3
}

@test "users, groups and directories are made, and are whose they should be" {
	does <<'END'
set -e
systemd-sysusers
systemd-tmpfiles --create pp.conf
stat -c '%A %U %G %n' /etc/pp /etc/pp/automations.d /var/lib/pp \
    /var/backups/pp
for group in pp-support pp-accounting pp-refunds; do
	getent group "$group" | sed 's/:.*//'
done
getent passwd pp | cut -d: -f1,6,7
END
	out_is 'drwxr-xr-x root root /etc/pp
drwxr-xr-x root root /etc/pp/automations.d
drwx------ pp pp /var/lib/pp
drwx------ pp pp /var/backups/pp
pp-support
pp-accounting
pp-refunds
pp:/var/lib/pp:/usr/sbin/nologin'
}

@test "the page: by its socket, a payment, what a restart may not cut" {
	does -b <<'END'
set -e
world
link T-1 100.00
link T-2 200.00
systemctl enable -q --now pp-page.socket
! systemctl -q is-active pp-page || fail 'it runs before anybody came'
pay | jq -c '[.result, .amount]'
systemctl show -p ActiveState,User --value pp-page

# A question to the processor that takes 3 s, and a restart within it.
link T-3 300.00
"$HTTP" GET "$URL" >page.html
printf '{"fault":"stall","arg":"3","at":"preload","count":1}' >fault
"$HTTP" POST "$(<sandbox.url)/sandbox/fault" fault >/dev/null
printf 'form=%s' "$(grep -o 'name="form" value="[0-9a-f]*' page.html |
    grep -o '[0-9a-f]*$')" >body
"$HTTP" -f POST "$URL/pay" body >answer &
ask=$!
sleep 1
systemctl restart pp-page
wait $ask
sed -n 1p answer
grep -c data-ticket answer

# Customers who come while it restarts wait, and all are served.
(
	for ((i = 0; i < 150; i++)); do
		"$HTTP" GET "$URL" | sed -n 1p
	done >served
) &
many=$!
for _ in 1 2 3 4 5; do
	systemctl restart pp-page
	sleep 0.2
done
wait $many
sort served | uniq -c | tr -s ' '

# Killed, it is there again; what it took is whole.
systemctl kill -s KILL --kill-who=main pp-page
sleep 1.5
link T-4 400.00
pay | jq -c '[.result, .amount]'
pp-store verify -q >/dev/null && echo verified
systemctl --failed --no-legend
! journalctl --no-pager | grep -F "${URL##*/}" || fail 'a token in the log'
journalctl -o cat --no-pager -u pp-page |
    grep -o ' GET /p/....… 200' | sort -u | wc -l
END
	out_is '["approved","200.00"]
pp
active
200
1
 150 200
["approved","400.00"]
verified
3'
}

@test "the sweep: what a lost browser paid is found, an unreachable processor is no failure" {
	does -b <<'END'
set -e
world
systemctl start pp-page.socket
link T-1 100.00
pay --then close >/dev/null
pp-status T-1 | jq -r .state
systemctl start pp-refresh
pp-status T-1 | jq -r .state
later 3600
systemctl start pp-refresh
pp-status T-1 | jq -r .state
# The store was left in order: the boot's id can be read there.
head -c 6 /var/lib/pp/lock && echo
find /var/lib/pp ! -user pp -o -perm /077 | sed 1q

link T-2 200.00
pay --then close >/dev/null
later 3600
kill %1
systemctl start pp-refresh
systemctl show -p Result --value pp-refresh
systemctl --failed --no-legend
END
	out_is 'unpaid
unpaid
paid
clean 
success'
}

@test "what fails is mailed, at most twice an hour" {
	does -b <<'END'
set -e
world
mkdir -m 1777 /var/mailed
cat >/usr/sbin/sendmail <<'END2'
#!/bin/sh
cat >"/var/mailed/$$.eml"
END2
chmod 755 /usr/sbin/sendmail
echo 'no such line' >>/etc/pp/pp.conf
for _ in 1 2 3; do
	systemctl start pp-refresh 2>/dev/null && fail 'it did not fail' || :
	sleep 0.5
done
until_ok ls /var/mailed/*.eml
sleep 1
ls /var/mailed | wc -l
f=$(ls /var/mailed/*.eml | head -n 1)
sed -n '/^To:/p; s/ on .*//; /^Subject:/p' "$f"
grep -o 'pp.conf: line [0-9]*: neither.*' "$f" | head -n 1
END
	out_is '2
To: root
Subject: pp: pp-refresh.service failed
pp.conf: line 8: neither [section] nor key = value'
}

@test "automations: what they may, and what they may not" {
	does -b "SMTPD=$PP_TEST_BUILDDIR/tests/smtpd" <<'END'
set -e
world
mkdir mails
(cd mails && exec "$SMTPD") >smtp.url &
until_ok test -s smtp.url
cat >>/etc/pp/pp.conf <<END2
[mail]
from = comptes@example.com
transport = smtp://$(sed 's,.*//,,' smtp.url)
END2
cat >/etc/pp/automations.d/demande <<'END2'
#!/bin/bash
set -euo pipefail
printf '{"task":"T-1","total":"12.00","customer":{"email":"c@example.com"}}\n' |
    pp-link create |
    pp-mail --template demande-de-paiement --send
END2
cat >/etc/pp/automations.d/probe <<'END2'
#!/bin/bash
exec >/tmp/probe 2>/dev/null
id -un
try() { "$@" && echo "may: $*" || echo "may not: $*"; }
try touch /etc/pp/x
try touch /usr/local/bin/x
try touch /var/tmp/x
try touch /var/lib/pp/x
try ls /root
try ls /home/x
try mount -t tmpfs tmpfs /tmp
try unshare -U true
try chown root /tmp/probe
try sudo -n true
try test -e /dev/sda -o -e /dev/kmsg
try bash -c 'exec 3<>/dev/udp/127.0.0.1/9'
try test -e /proc/1/cmdline
rm -f /var/lib/pp/x
cp /tmp/probe /var/lib/pp/probe
END2
mkdir /home/x
chmod 755 /etc/pp/automations.d/*
systemctl start pp-automations
systemctl start pp-automations
ls mails/*.eml | wc -l
cat /var/lib/pp/probe
! journalctl --no-pager | grep -E '/p/[a-z2-7]{32}' || fail 'a link logged'

# A person is needed: told once, by mail, and again when it changes.
printf '%s\n' '{"task":"T-9","total":"100.00"}' | pp-task put -q >/dev/null
pp-ledger record -q --method cash --amount 60 T-9 >/dev/null
printf '%s\n' '{"task":"T-9","total":"40.00"}' | pp-task put -q >/dev/null
sed -i 's/^\[mail\]/[mail]\nbcc = b@example.com/; s/^name/email = b@example.com\nname/' /etc/pp/pp.conf
n=$(ls mails/*.eml | wc -l)
systemctl start pp-attention
systemctl start pp-attention
echo "attention $(($(ls mails/*.eml | wc -l) > n))"
systemctl --failed --no-legend
END
	out_is '1
pp
may not: touch /etc/pp/x
may not: touch /usr/local/bin/x
may: touch /var/tmp/x
may: touch /var/lib/pp/x
may not: ls /root
may not: ls /home/x
may not: mount -t tmpfs tmpfs /tmp
may not: unshare -U true
may not: chown root /tmp/probe
may not: sudo -n true
may not: test -e /dev/sda -o -e /dev/kmsg
may: bash -c exec 3<>/dev/udp/127.0.0.1/9
may not: test -e /proc/1/cmdline
attention 1'
}

@test "backups: made, private, pruned; keys by credentials" {
	does -b <<'END'
set -e
world
link T-1 100.00
systemctl start pp-backup
sleep 1.1
mkdir -p /etc/systemd/system/pp-backup.service.d
printf '[Service]\nEnvironment=PP_BACKUPS_KEEP=2\n' \
    >/etc/systemd/system/pp-backup.service.d/keep.conf
systemctl daemon-reload
touch /var/backups/pp/notes
systemctl start pp-backup
sleep 1.1
systemctl start pp-backup
ls /var/backups/pp | sed 's/[0-9]/9/g'
find /var/backups/pp ! -name notes -perm /077 -o -name seal -o -name keys
pp-store backup-keys -q /root/keys >/dev/null
pp-store restore -q --keys /root/keys -s /var/lib/pp2 \
    "$(ls -d /var/backups/pp/*Z | tail -n 1)" >/dev/null
pp-store verify -q -s /var/lib/pp2 >/dev/null && echo restored

# The keys elsewhere than the store.
install -d -m 700 /etc/credstore
for key in seal link sign; do
	install -m 600 "/var/lib/pp/keys/$key" "/etc/credstore/pp.$key"
	rm "/var/lib/pp/keys/$key"
done
systemctl start pp-page.socket
pay | jq -c '[.result, .amount]'
sed -n 1p <("$HTTP" GET "$URL")
systemctl start pp-refresh pp-backup
systemctl --failed --no-legend
systemctl stop pp-page.service pp-page.socket
rm /etc/credstore/pp.seal
systemctl start pp-page.service 2>/dev/null || :
until_ok systemctl -q is-failed pp-page.service
systemctl show -p ExecMainStatus --value pp-page.service
END
	out_is '99999999T999999Z
99999999T999999Z
notes
restored
["approved","100.00"]
200
78'
}

@test "webhooks: by their socket, root's secrets lent to it alone" {
	does -b "PROGD=$PP_TEST_BUILDDIR/tests/progd" <<'END'
set -e
world
link T-1 1149.75
mkdir plive
echo canaryKEY27182818 >plive/key
printf '%s\n' '{"label":"Accepté","logicId":500}' >plive/states
cat >plive/tasks <<'END2'
{"id":1.0,"uid":"u-1","code":"T-1","client":{"label":"Zoé","lang":"fr","address":{"city":"Laval","email":"c@example.com"}},"taxConfig":{"label":"QC","taxes":[{"label":"TPS","percent":5.0,"taxable":false},{"label":"TVQ","percent":9.975,"taxable":false}]},"itemList":{"subTotal":2000.0,"total":2299.5,"items":[{"label":"Visite","quantity":1.0,"total":2000.0}]},"currentState":{"label":"x","logicId":500,"datetime":"2026-11-23T09:00:00.000-0500"},"updated":"2026-11-23T09:00:00.000-0500","metas":{}}
END2
"$PROGD" plive >progd.url &
until_ok test -s progd.url
printf '%s\n' '[progression]' "url = $(<progd.url)" >>/etc/pp/pp.conf
install -m 600 plive/key /etc/pp/progression.key
(umask 077 && echo hookSECRET0123456789 >/etc/pp/hook.secret)
systemctl enable -q --now pp-progression-listen.socket
hook() { "$HTTP" POST "http://127.0.0.1:8081/$1" - <<<'{"id":1}' | sed -n 1p; }
total() { [[ $(pp-task show -o json T-1 | jq -r .total) == "$1" ]]; }
hook wrongSECRET0123456789
hook hookSECRET0123456789
until_ok total 2299.50
systemctl show -p ActiveState,User --value pp-progression-listen
! grep -q -e hookSECRET -e canary "/proc/$(systemctl show -p MainPID \
    --value pp-progression-listen)/cmdline" || fail 'a secret in argv'

# Killed, it is there again; a restart keeps who comes meanwhile.
systemctl kill -s KILL --kill-who=main pp-progression-listen
hook hookSECRET0123456789
systemctl restart pp-progression-listen
hook hookSECRET0123456789
systemctl --failed --no-legend
! journalctl --no-pager | grep -e hookSECRET -e canary || fail 'a secret logged'

# Without its secret it says so once.
rm /etc/pp/hook.secret
systemctl restart pp-progression-listen 2>/dev/null || :
until_ok systemctl -q is-failed pp-progression-listen
END
	out_is '404
202
pp
active
202
202'
}

@test "the timers run what they should" {
	does -b <<'END'
set -e
world
systemctl enable -q --now pp-refresh.timer pp-automations.timer \
    pp-attention.timer pp-backup.timer
systemctl list-timers --no-legend --all | grep -o 'pp-[a-z]*.timer *pp-.*' |
    tr -s ' ' | sort
for t in refresh automations attention; do
	systemd-analyze calendar --base-time='2026-11-27 12:00:30 UTC' \
	    "$(systemctl cat pp-$t.timer | sed -n 's/^OnCalendar=//p')" |
	    sed -n 's/.*Next elapse: .* \(..:..:..\) UTC/'"$t"' \1/p'
done
END
	out_is 'pp-attention.timer pp-attention.service
pp-automations.timer pp-automations.service
pp-backup.timer pp-backup.service
pp-refresh.timer pp-refresh.service
refresh 12:01:00
automations 12:05:00
attention 12:07:00'
}
