# Who may do what: real users, the shipped sudoers file, a store that belongs
# to pp, in a machine of its own (machine.bash).
bats_require_minimum_version 1.5.0
load ../helper
load machine

setup_file() {
	machine_make
}

setup() {
	pp_setup
	machine_need
	export LIMIT=300
}

# people: one of each group, one of none; the sudoers file in place.
PEOPLE='
people() {
	world
	echo "127.0.0.1 localhost $(uname -n)" >/etc/hosts
	printf "%s\n" "[store]" "path = /var/lib/pp" "[mail]" \
	    "from = comptes@example.com" "transport = /bin/true" \
	    >>/etc/pp/pp.conf
	for who in marie:pp-support jean:pp-accounting lea:pp-refunds bob:users
	do
		useradd -m -s /bin/bash -G "${who#*:}" "${who%:*}"
	done
	install -m 440 /usr/local/share/pp/sudoers/pp /etc/sudoers.d/pp
	visudo -cq
	pp-page >page.url 2>page.err &
	until_ok test -s page.url
	link T-1 100.00
	pay --amount 100 >/dev/null
	TXN=$(pp-ledger list | jq -r .transaction_no)
	link T-2 200.00
}
# as WHO WORD...: the command as typed by WHO; 0 if sudo lets him.
as() {
	printf "%q " "${@:2}" >/tmp/typed
	chmod 644 /tmp/typed
	su - "$1" -c "$(cat /tmp/typed)" >/tmp/said 2>&1 </dev/null
	STATUS=$?
	! grep -q "^sudo: \|not allowed to execute" /tmp/said
}
'

@test "the whole matrix" {
	does "PEOPLE=$PEOPLE" <<'END'
set -e
eval "$PEOPLE"
people
row() {
	local who
	for who in marie jean lea bob; do
		as "$who" sudo -n -u pp "$@" && printf 'yes ' || printf -- '-   '
		# What sudo allows the program must be able to do.
		((STATUS != 70 && STATUS != 77 && STATUS != 78)) ||
		    printf '(%d) ' "$STATUS"
	done
	echo "${*//$TXN/TXN}" | sed -E 's/(lnk|att|pay)_[0-9a-z]*/\1/g'
}
echo 'supp acct refd none'
row pp-status T-1
row pp-status -o table --refresh T-1
row pp-status --say fr T-1
row pp-status --find 100.00
row pp-status --attention
row pp-status --settle att_x --outcome declined --reason 'the bank said so'
row pp-task show T-1
row pp-task confirm T-1
row pp-task put
row pp-link list --state open
row pp-link show "$LINK"
row pp-link url "$LINK"
row pp-link renew "$LINK"
row pp-link qr --format svg "$LINK"
row pp-link cancel --reason 'asked by phone' "$LINK"
row pp-link create --task T-9 --total 1.00
row pp-mail --template recu --resend T-1
row pp-mail --template recu --resend --to m@example.com T-1
row pp-mail --list-unknown
row pp-mail --template recu --send T-1
row pp-ledger list
row pp-ledger totals --by batch
row pp-ledger head
row pp-ledger payments T-1 -o csv
row pp-ledger transfer T-1 --invoice F-1
row pp-ledger to-enter --sheet -o table
row pp-ledger enter --sheet 1 --total 100.00
row pp-ledger record --method cheque --amount 5.00 --number 12 T-2
row pp-ledger adjust --amount=-1.00 --reason 'a cent of rounding' T-2
row pp-ledger export --format qbo-csv
row pp-ledger reconcile -
row pp-refund "$TXN" --reason 'paid twice' --amount 1.00
row pp-refund settle ref_x --outcome not-done --reason 'seen at the bank'
row pp-integration list
row pp-integration rotate moneris
row pp-store info
row pp-store backup-keys /tmp/keys
row pp-page
row pp-sandbox
row sh -c id
row cat /var/lib/pp/keys/seal
END
	printf '%s\n' "$output" | sed 's/^/# /' >&3
	out_is 'supp acct refd none
yes yes yes -   pp-status T-1
yes yes yes -   pp-status -o table --refresh T-1
yes yes yes -   pp-status --say fr T-1
yes yes yes -   pp-status --find 100.00
yes yes yes -   pp-status --attention
-   -   yes -   pp-status --settle att --outcome declined --reason the bank said so
yes yes yes -   pp-task show T-1
yes -   -   -   pp-task confirm T-1
-   -   -   -   pp-task put
yes yes yes -   pp-link list --state open
yes yes yes -   pp-link show lnk
yes -   -   -   pp-link url lnk
yes -   -   -   pp-link renew lnk
yes -   -   -   pp-link qr --format svg lnk
yes -   -   -   pp-link cancel --reason asked by phone lnk
-   -   -   -   pp-link create --task T-9 --total 1.00
yes -   -   -   pp-mail --template recu --resend T-1
yes -   -   -   pp-mail --template recu --resend --to m@example.com T-1
yes -   -   -   pp-mail --list-unknown
-   -   -   -   pp-mail --template recu --send T-1
-   yes -   -   pp-ledger list
-   yes -   -   pp-ledger totals --by batch
-   yes -   -   pp-ledger head
-   yes -   -   pp-ledger payments T-1 -o csv
-   yes -   -   pp-ledger transfer T-1 --invoice F-1
-   yes -   -   pp-ledger to-enter --sheet -o table
-   yes -   -   pp-ledger enter --sheet 1 --total 100.00
-   yes -   -   pp-ledger record --method cheque --amount 5.00 --number 12 T-2
-   yes -   -   pp-ledger adjust --amount=-1.00 --reason a cent of rounding T-2
-   yes -   -   pp-ledger export --format qbo-csv
-   yes -   -   pp-ledger reconcile -
-   -   yes -   pp-refund TXN --reason paid twice --amount 1.00
-   -   yes -   pp-refund settle ref_x --outcome not-done --reason seen at the bank
-   -   -   -   pp-integration list
-   -   -   -   pp-integration rotate moneris
-   -   -   -   pp-store info
-   -   -   -   pp-store backup-keys /tmp/keys
-   -   -   -   pp-page
-   -   -   -   pp-sandbox
-   -   -   -   sh -c id
-   -   -   -   cat /var/lib/pp/keys/seal'
}

@test "no file, store, driver or environment of an attacker's choice" {
	does "PEOPLE=$PEOPLE" <<'END'
set -e
eval "$PEOPLE"
people
echo CANARY31415926 >/var/lib/pp/secret
chown pp: /var/lib/pp/secret
chmod 600 /var/lib/pp/secret
mkdir -m 777 /tmp/evil
printf '#!/bin/sh\nid >/tmp/evil/owned\ncp /var/lib/pp/keys/* /tmp/evil/\n' \
    >/tmp/evil/provider-moneris
chmod 755 /tmp/evil/provider-moneris
ln -s /var/lib/pp/secret '/tmp/evil/a -'
ln -s /var/lib/pp/secret '/tmp/evil/b'
cp -r /tmp/evil/. /tmp/
mkdir -m 700 /tmp/evilstore
printf '[store]\npath = /tmp/evil/store\n' >/tmp/evil/conf
n=0
try() {
	local who
	for who in marie jean lea bob; do
		n=$((n + 1))
		as "$who" "$@" || :
		! grep -aqF -e CANARY -e yesguy /tmp/said ||
		    fail "$who: $*: $(cat /tmp/said)"
		# Refused by sudo, or by the program as wrong use or bad data.
		((STATUS == 1 || STATUS == 2 || STATUS == 3 || STATUS == 65)) ||
		    fail "$who: $*: $STATUS $(cat /tmp/said)"
	done
}
pp() {
	try sudo -n -u pp "$@"
}
S=/var/lib/pp/secret
for c in 'pp-status T-1' 'pp-ledger list' 'pp-link list' 'pp-task show T-1' \
    'pp-refund X --reason y' 'pp-mail --template recu --resend T-1'; do
	for o in "-c $S" "-c$S" "--config=$S" "-s /tmp/evilstore" "-qc$S" \
	    "-oc -c$S"; do
		# shellcheck disable=SC2086
		pp $c $o
	done
	# Joined with blanks it looks like words that are allowed.
	# shellcheck disable=SC2086
	pp $c "-o json -c $S"
	# shellcheck disable=SC2086
	pp $c "-q -c" "$S"
done
pp pp-ledger reconcile "$S"
pp pp-ledger reconcile /dev/stdin
pp pp-ledger reconcile "$S" -
pp pp-ledger reconcile "$S -"
pp pp-ledger reconcile '/tmp/evil/a -'
pp pp-ledger reconcile --map 'a=b' '/tmp/evil/a -'
pp pp-ledger reconcile --map 'date=x a -'
pp pp-ledger reconcile --map '@/tmp/evil/b' -
pp pp-ledger reconcile 'a -'
pp pp-ledger reconcile -- b
pp pp-ledger reconcile --record b
pp pp-ledger reconcile $'b\n-'
pp pp-ledger list $'\n-c' "$S"
pp pp-ledger list -- -c "$S"
pp pp-ledger transfer
pp pp-ledger transfer '{"task":"T-1","total":"0.01"}'
pp pp-ledger transfer T-1 '{"task":"T-1","total":"0.01"}'
pp pp-ledger transfer 'T-1  {"task":"T-1","total":"0.01"}'
pp pp-link cancel '{"task":"T-1"}'
pp pp-mail --template /tmp/evil/b --resend T-1
pp pp-mail --template ../../../tmp/evil/b --resend T-1
pp pp-mail --templates /tmp/evil --template recu --resend T-1
pp pp-mail --template recu --templates=/tmp/evil --resend T-1
pp pp-integration add x --api-token-file "$S" --store-id s --checkout-id c
pp pp-store backup /tmp/evil/backup
pp pp-store restore /tmp/evil
pp /tmp/evil/provider-moneris
pp ../../../tmp/evil/provider-moneris
try sudo -n -u pp -i
try sudo -n -u pp -s
try sudo -n -u root pp-status T-1
try sudo -n -u pp -g root pp-status T-1
try sudo -n -E -u pp pp-status T-1
for v in PP_PROVIDERS=/tmp/evil PP_CONFIG=/tmp/evil/conf PP_NOW=+9999999 \
    LD_PRELOAD=/tmp/evil/x.so PP_STORE=/tmp/evilstore \
    CREDENTIALS_DIRECTORY=/tmp/evil; do
	try sudo -n -u pp "$v" pp-status --refresh T-1
done
echo "$((n > 250))"

# What the environment says is not heard.
for v in PP_PROVIDERS=/tmp/evil PP_CONFIG=/tmp/evil/conf \
    PP_STORE=/tmp/evilstore CREDENTIALS_DIRECTORY=/tmp/evil \
    LD_PRELOAD=/tmp/evil/x.so XDG_CONFIG_HOME=/tmp/evil HOME=/tmp/evil \
    PP_NOW=2031-01-01T00:00:00Z SUDO_USER=root; do
	as marie env "$v" sudo -n -u pp pp-status --refresh T-1 || :
	printf '%s %s\n' "$STATUS" "$(grep -o '"state":"paid"' /tmp/said |
	    head -n 1)"
done | sort | uniq -c | tr -s ' '
# Secrets, without sudo.
for who in marie jean lea bob; do
	for f in keys/seal keys/link db/journal lock secret; do
		as "$who" cat "/var/lib/pp/$f" || :
		((STATUS == 1)) || fail "$who $f"
	done
	as "$who" pp-status T-1 || :
	printf '%s %s\n' "$STATUS" "$(cat /tmp/said)"
done | sort | uniq -c | tr -s ' '
[[ ! -e /tmp/evil/owned ]] || fail 'a driver of the attacker was run'
find /tmp/evil /tmp/evilstore -newer /tmp/evil/conf ! -path /tmp/evil ! \
    -path /tmp/evilstore
END
	out_is "1
 9 0 \"state\":\"paid\"
 4 77 pp-status: the store /var/lib/pp belongs to pp (run it as that user: sudo -u pp ...)"
}

@test "the person is in the events; a file of hers comes in by standard input" {
	does "PEOPLE=$PEOPLE" <<'END'
set -e
eval "$PEOPLE"
people
as marie sudo -n -u pp pp-link cancel --reason 'called us' "$LINK"
as jean sudo -n -u pp pp-ledger transfer T-1 --invoice F-1
as lea sudo -n -u pp pp-refund "$TXN" --amount 1.00 --reason 'a mistake'
as marie env SUDO_USER=bob sudo -n -u pp pp-link renew "$LINK"
pp-link create --task T-7 --total 5.00 --email c@example.com -q >/dev/null
cd /tmp
PP_STORE=/var/lib/pp setpriv --reuid pp --regid pp --clear-groups \
    "$JOURNAL" |
    jq -r '[.actor, .person] | join(" ")' | uniq | tail -n 5
pp-ledger export --format csv >/dev/null
printf 'Order ID,Amount,Date,Transaction,Result\n' >~jean/report.csv
chmod 600 ~jean/report.csv
chown jean: ~jean/report.csv
as jean bash -c 'sudo -n -u pp pp-ledger reconcile - <report.csv' || :
grep -o 'standard input.*' /tmp/said || cat /tmp/said
find /var/lib/pp ! -user pp
END
	out_has 'pp-link marie
pp-ledger jean
pp-refund lea
pp-link marie
pp-link root'
	[[ $output != *'Permission denied'* ]]
}
