# Exports read back by the programs that they are for: they take them, and
# their totals are pp-ledger's.

bats_require_minimum_version 1.5.0
load helper

setup() {
	local i

	pp_setup
	export TZ=America/Toronto
	for i in hledger ledger bean-check; do
		command -v "$i" >/dev/null || {
			printf 'this needs %s; on Debian: apt-get install %s\n' \
			    "$i" "hledger ledger beancount"
			return 1
		}
	done
	for i in 1 2 3; do
		printf '{"task":"T;%s \\"é","total":"1149.75","taxes":[{"name":"TPS","amount":"50.00"},{"name":"TVQ","amount":"99.75"}]}\n' \
		    "$i" | tr -d ' '
	done >tasks
	yields pp-task put <tasks
	for i in 1 2 3; do
		yields pp-ledger record "T;$i\"é" --method cheque \
		    --amount "$i.0$i" --number "n$i)|;"
		yields pp-ledger record "T;$i\"é" --method cash \
		    --amount "1$i.10" --date "2026-01-0$i"
	done
	yields pp-ledger record --type chargeback --of 'n2)|;'
	NET=$(pp-ledger totals | json .net)
}

@test "hledger reads it: checks pass, the clearing account has the net" {
	pp-ledger export --format hledger >j
	yields hledger -f j check
	yields hledger -f j check ordereddates
	yields hledger -f j balance -N Assets:Clearing
	out_has "-$NET CAD"
	yields hledger -f j balance -N --depth 2 Assets:Payments
	out_has "$NET CAD"
}

@test "ledger reads it" {
	pp-ledger export --format ledger >j
	yields ledger -f j --no-color balance Assets:Clearing
	out_has "-$NET CAD"
}

@test "beancount reads it" {
	pp-ledger export --format beancount >j
	yields bean-check j
	yields bean-query -f csv j "select sum(number) where account ~ 'Clearing'"
	out_has "-$NET"
}
