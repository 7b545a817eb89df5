# Each shipped automation, killed at moments that a seed chooses, all of its
# processes at once, as when the machine goes down, and run again to the end:
# nothing is lost, nothing goes out twice, and what nobody can know is listed
# for a person, after whose word all has arrived.  PP_TEST_SEED repeats a run.
bats_require_minimum_version 1.5.0
load helper
load progression
load cmds
load automations

setup_file() {
	export PP_TEST_SEED=${PP_TEST_SEED:-$RANDOM}
	echo "# seed $PP_TEST_SEED" >&3
}

setup() {
	auto_setup
	echo "seed $PP_TEST_SEED"
	RANDOM=$((PP_TEST_SEED + BATS_TEST_NUMBER))
	# Time to be killed in.
	: >slow
	MAIL=$PP_TEST_BUILDDIR/cmd/pp-mail
	echo 'slow 50' >plive/fault
}

teardown() {
	cmds_teardown
}

# world_of: the store without a page, and ProgressionLIVE.
world_of() {
	processor http://127.0.0.1:1 --no-check
	there
}

# there: ProgressionLIVE as plive/tasks has it, and nothing written to it yet.
there() {
	[[ -z ${THERE-} ]] || stop "$THERE"
	sed -i '/^\[progression\]/,$d' "$PP_CONFIG"
	rm -f plive/events plive/moves plive/log
	progd
	THERE=$STARTED
}

# asked_for: the links of demande-de-paiement are there.
asked_for() {
	auto demande-de-paiement
	once
}

# keep, back: what each attempt begins with.
keep() {
	cp -R store store.kept
	cp now now.kept
}

back() {
	rm -Rf store sent
	mkdir sent
	cp -R store.kept store
	cp now.kept now
	there
}

# hence: twenty minutes after what was kept, when nothing is in hand any more.
hence() {
	local at

	at=$(cat now.kept)
	case $at in
	+*) echo "+$((at + 1200))" ;;
	*) date -u -d "$at + 20 minutes" +%Y-%m-%dT%H:%M:%SZ ;;
	esac >now
}

# killed MICROSECONDS: what is enabled is started, and killed after so long.
killed() {
	setsid timeout 60 run-parts d >out 2>err 3>&- &
	sleep "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))"
	kill -9 -- "-$!" 2>/dev/null || :
	wait "$!" 2>/dev/null || :
}

# received: the Message-IDs.
received() {
	find sent -name '*.eml' -exec sed -n \
	    '/^$/q; s/^Message-I[dD]: <\(.*\)>.*/\1/p' {} \;
}

# nothing_twice: no mail and no note.
nothing_twice() {
	same 'mails that came twice' "$(received | sort | uniq -d)" ''
	[[ ! -e plive/events ]] ||
	    same 'notes twice' "$(sort plive/events | uniq -d)" ''
}

# settle: a person looks, and says of all that is listed what became of it.
settle() {
	local id what outcome

	yields "$MAIL" --list-unknown
	jq -r '"\(.mail) \(.message_id)"' <<<"$output" >listed
	while read -r id what; do
		outcome=not-sent
		! received | grep -qxF -- "$what" || outcome=sent
		yields "$MAIL" --settle "$id" --outcome "$outcome" \
		    --reason 'the log says so'
	done <listed
	yields pp-progression note --list-unknown
	jq -r '"\(.mark) \(.task)"' <<<"$output" >marked
	while read -r id what; do
		outcome=not-written
		! grep -q "^$what INFO" plive/events 2>/dev/null ||
		    outcome=written
		yields pp-progression note --settle "$id" \
		    --outcome "$outcome" --reason 'seen there'
	done <marked
	echo "listed: $(wc -l <listed) mails, $(wc -l <marked) notes"
}

# ordeal NAME MAILS: five times it is killed once or twice on its way.  MAILS
# that it owes have come or are listed; what "arrived" says holds after the
# next run and a person's word.
ordeal() {
	local i k from length at

	auto "$1"
	keep
	back
	from=${EPOCHREALTIME/./}
	once
	length=$((${EPOCHREALTIME/./} - from))
	arrived
	for i in {1..5}; do
		back
		for ((k = RANDOM % 2; k >= 0; k--)); do
			at=$((length * RANDOM / 32768))
			echo "attempt $i: killed after $at of $length us"
			killed "$at"
		done
		hence
		# It says what it does not know; no more than this is wrong.
		timeout 60 run-parts d >out 2>err || grep unknown err
		same 'to stdout' "$(cat out)" ''
		nothing_twice
		yields "$MAIL" --list-unknown
		{ received && json .message_id <<<"$output"; } | sort -u >known
		(($(wc -l <known) >= $2))
		settle
		once
		nothing_twice
		arrived
		yields "$MAIL" --list-unknown
		out_is ''
		yields pp-progression note --list-unknown
		out_is ''
		yields pp-store verify
	done
}

@test "demande-de-paiement" {
	arrived() {
		same links "$(pp-link list | json .task | sort)" $'T-1\nT-2'
		same mails "$(mails)" 2
		same notes "$(notes)" 'T-1 INFO Lien de paiement envoyé
T-2 INFO Lien de paiement envoyé'
	}
	world_of
	ordeal demande-de-paiement 2
}

@test "demande-de-depot" {
	arrived() {
		same links "$(pp-link list | json .amount)" 689.85
		same mails "$(mails)" 1
		same notes "$(notes)" 'T-3 INFO Demande de dépôt envoyée'
	}
	world_of
	ordeal demande-de-depot 1
}

@test "rappel" {
	# Of a reminder that went out just before, there may be no note.
	arrived() {
		same mails "$(mails)" 2
		! grep -v '^T-[12] INFO Rappel envoyé (3d)$' plive/events
	}
	world_of
	asked_for
	now 2026-11-26T15:04:05Z
	ordeal rappel 2
}

@test "recu" {
	arrived() {
		same mails "$(mails)" 2
		same notes "$(notes | cut -d ' ' -f 1-4)" 'T-1 INFO Paiement de
T-2 INFO Paiement de'
		same moves "$(sort plive/moves)" $'T-1 800\nT-2 800'
		"$HTTP" GET "$PROGD/dump" | sed 1d >dump
		same metas "$(jq -c '.[0, 1].metas | [.autre, .pp_state]' \
		    dump)" $'["garde","paid"]\n["garde","paid"]'
	}
	page
	there
	echo +0 >now
	asked_for
	customer T-1 >/dev/null
	customer T-2 >/dev/null
	ordeal recu 2
}

@test "actualiser" {
	arrived() {
		yields pp-status T-1
		json_is '[.state,(.payments|length)]' '["paid",1]'
		same mails "$(mails)" 0
	}
	page
	there
	echo +0 >now
	asked_for
	customer T-1 --then close >/dev/null
	echo +1900 >now
	ordeal actualiser 0
}

@test "taches-suivies" {
	arrived() {
		yields pp-task show T-1 T-2
		same tasks "$(json '[.total,.removed]' <<<"$output")" \
		    $'["2299.50",false]\n["574.88",true]'
		yields pp-link list --task T-2
		json_is .state cancelled
		same mails "$(mails)" 0
	}
	world_of
	asked_for
	{
		task T-1 2299.50 700
		task T-2 574.88 700 '"removed":"2026-11-23T15:00:00Z"'
	} >plive/tasks
	ordeal taches-suivies 0
}

@test "feuille-du-jour" {
	arrived() {
		same mails "$(mails)" 1
	}
	world_of
	pp-progression pull T-1 | pp-task put >/dev/null
	yields pp-ledger record --method cheque --amount 1149.75 T-1
	yields pp-ledger transfer --invoice F-1 T-1
	ordeal feuille-du-jour 1
}

@test "attention" {
	# That it is unknown whether it came needs a person too, and is told.
	arrived() {
		grep -q 'T-1' sent/*.eml
	}
	world_of
	pp-progression pull T-1 | pp-task put >/dev/null
	yields pp-ledger record --method cheque --amount 1149.75 T-1
	yields pp-task put <<<'{"task":"T-1","total":"0.00"}'
	ordeal attention 1
}
