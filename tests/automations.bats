# The automations that are shipped, each run for real by run-parts: twice, two
# at once, and killed in between; what arrived is counted.
bats_require_minimum_version 1.5.0
load helper
load progression
load cmds
load automations

setup() {
	auto_setup
	cp -R "$BATS_FILE_TMPDIR/store" .
	progd
}

# The store that most begin with is made once, and copied: nobody pays there.
setup_file() {
	pp_setup
	export PP_STORE=$BATS_FILE_TMPDIR/store PP_NOW=$BATS_FILE_TMPDIR/now
	cd "$BATS_FILE_TMPDIR"
	echo 2026-11-23T15:04:05Z >now
	processor http://127.0.0.1:1 --no-check
}

teardown() {
	cmds_teardown
}

# overlapping: three at the same time, then once more.
overlapping() {
	local i pids=()

	for i in 1 2 3; do
		timeout 60 run-parts d >"out.$i" 2>"err.$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || { cat err.*; return 1; }
	done
	cat out.* err.* >all
	same output "$(cat all)" ''
	once
}

@test "each says what it does, is short, has a name for run-parts, and is clean" {
	local f

	for f in "$PP_TEST_SRCDIR"/share/automations/*; do
		[[ ${f##*/} =~ ^[a-zA-Z0-9_-]+$ && -x $f ]]
		(($(wc -l <"$f") <= 15))
		same head "$(sed -n 1p "$f")" '#!/bin/bash'
		[[ $(sed -n 2p "$f") == '# '* ]]
		grep -qx 'set -euo pipefail' "$f"
		grep -q "share/automations/${f##*/}\b" \
		    "$PP_TEST_SRCDIR/Makefile.am"
	done
	command -v shellcheck >/dev/null || skip 'no shellcheck'
	run -0 shellcheck "$PP_TEST_SRCDIR"/share/automations/*
}

@test "demande-de-paiement: one mail and one note for each task" {
	auto demande-de-paiement
	overlapping
	same mails "$(mails)" 2
	same notes "$(notes)" 'T-1 INFO Lien de paiement envoyé
T-2 INFO Lien de paiement envoyé'
	once
	same mails "$(mails)" 2
	# A task that comes later.
	yields pp-progression step 700 T-3
	once
	same mails "$(mails)" 3
	same notes "$(notes | tail -n 1)" 'T-3 INFO Lien de paiement envoyé'
}

@test "demande-de-paiement: killed after the mail, the note follows" {
	auto demande-de-paiement
	echo 'in /event hang' >plive/fault
	# All of it at once, as when the machine goes down.
	setsid timeout 60 run-parts d >out 2>err 3>&- &
	for _ in {1..200}; do
		! grep -q POST plive/log 2>/dev/null ||
		    (($(journal | grep -c mail.sent) < 2)) || break
		sleep 0.1
	done
	kill -9 "-$!"
	wait "$!" || :
	rm plive/fault
	same mails "$(mails)" 2
	date -u -d '2026-11-23T15:20:00Z' +%Y-%m-%dT%H:%M:%SZ >now
	once
	same mails "$(mails)" 2
	# The one whose note was on its way (it had arrived) stays unknown and
	# is not written again; the other has one.
	same notes "$(notes)" 'T-1 INFO Lien de paiement envoyé
T-2 INFO Lien de paiement envoyé'
}

@test "demande-de-depot: 30 %, one mail, one note" {
	auto demande-de-depot
	overlapping
	same mails "$(mails)" 1
	same notes "$(notes)" 'T-3 INFO Demande de dépôt envoyée'
	yields pp-link list --task T-3
	json_is '[.purpose,.amount]' '["deposit","689.85"]'
}

@test "rappel: on its day, one mail and one note" {
	auto demande-de-paiement
	once
	auto rappel
	once
	same mails "$(mails)" 2
	now 2026-11-26T15:04:05Z
	overlapping
	same mails "$(mails)" 4
	same notes "$(notes | grep -c 'Rappel envoyé (3d)')" 2
}

@test "recu: one receipt, the task's metas, and the paid one moves on" {
	page
	auto demande-de-paiement
	echo +0 >now
	once
	customer T-1 >/dev/null
	customer T-2 >/dev/null
	yields pp-status T-1
	json_is .state paid
	rm -f sent/*
	auto recu
	overlapping
	same mails "$(mails)" 2
	same notes "$(notes | grep -v Lien | cut -d ' ' -f 1-4)" 'T-1 INFO Paiement de
T-2 INFO Paiement de'
	same moves "$(sort plive/moves)" $'T-1 800\nT-2 800'
	"$HTTP" GET "$PROGD/dump" | sed 1d >dump
	same metas "$(jq -c '.[0].metas | [.autre, .pp_state, .pp_balance]' dump)" \
	    '["garde","paid","0.00"]'
	jq -e '.[0].metas.pp_transaction | length > 5' dump
	same updates "$(grep -c '/update' plive/log)" 2
}

@test "recu: killed before the step, it follows" {
	page
	auto demande-de-paiement
	echo +0 >now
	once
	customer T-1 >/dev/null
	rm -f sent/*
	auto recu
	echo 'in /update before' >plive/fault
	LIMIT=60 expect 1 run-parts d
	err_has 'Database is locked'
	same mails "$(mails)" 1
	[[ ! -e plive/moves ]]
	rm plive/fault
	once
	same mails "$(mails)" 1
	same notes "$(grep -c Paiement plive/events)" 1
	same moves "$(cat plive/moves)" 'T-1 800'
}

@test "actualiser: what a closed browser paid is found" {
	page
	auto demande-de-paiement
	echo +0 >now
	once
	customer T-1 --then close >/dev/null
	auto actualiser
	# Nobody told us: it is asked when the ticket ends.
	echo +1900 >now
	overlapping
	yields pp-status T-1
	json_is '[.state,(.payments|length)]' '["paid",1]'
}

@test "taches-suivies: a total that changed and a task that was removed" {
	auto demande-de-paiement
	once
	"$HTTP" -H "Authorization: Bearer $KEY" POST \
	    "$PROGD/server/rest/task/T-1/update" - >/dev/null \
	    <<<'{"itemList":{"subTotal":2000,"total":2299.5}}'
	"$HTTP" -H "Authorization: Bearer $KEY" POST \
	    "$PROGD/server/rest/task/T-2/update" - >/dev/null \
	    <<<'{"removed":"2026-11-23T15:00:00Z"}'
	auto taches-suivies
	overlapping
	yields pp-task show T-1 T-2
	same totals "$(json '[.total,.removed]' <<<"$output")" '["2299.50",false]
["574.88",true]'
	yields pp-link list --task T-2
	json_is .state cancelled
}

@test "feuille-du-jour: one mail a day, none without anything to enter" {
	auto feuille-du-jour
	once
	same mails "$(mails)" 0
	pp-progression pull T-1 | pp-task put >/dev/null
	yields pp-ledger record --method cheque --amount 1149.75 T-1
	yields pp-ledger transfer --invoice F-1 T-1
	overlapping
	same mails "$(mails)" 1
	now 2026-11-24T15:00:00Z
	once
	same mails "$(mails)" 2
	HEURE=24 once
}

@test "attention: when it changes" {
	auto attention
	once
	same mails "$(mails)" 0
	pp-progression pull T-1 T-2 | pp-task put >/dev/null
	yields pp-ledger record --method cheque --amount 1149.75 T-1
	yields pp-task put <<<'{"task":"T-1","total":"0.00"}'
	overlapping
	same mails "$(mails)" 1
	yields pp-ledger record --method cheque --amount 574.88 T-2
	yields pp-task put <<<'{"task":"T-2","total":"0.00"}'
	once
	same mails "$(mails)" 2
}
