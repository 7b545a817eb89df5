# What the tests with ProgressionLIVE's stand-in share; after helper.

KEY=canaryKEY27182818

# task CODE TOTAL STEP [MEMBERS]: a task of theirs, taxes included in TOTAL.
task() {
	local n=${1##*[!0-9]}

	printf '{"id":%s.0,"uid":"u-%s","code":"%s","client":{"label":"Zoé %s","lang":"fr","address":{"address":"1, rue A","city":"Laval","email":"c%s@example.org"}},"taxConfig":{"label":"QC","taxes":[{"label":"TPS","percent":5.0,"taxable":false},{"label":"TVQ","percent":9.975,"taxable":false}]},"itemList":{"subTotal":%s.0,"total":%s,"items":[{"label":"Visite","quantity":1.0,"total":%s.0}]},"currentState":{"label":"x","logicId":%s,"datetime":"2026-11-23T09:00:00.000-0500"},"updated":"2026-11-23T09:00:00.000-0500","metas":{"autre":"garde"}%s}\n' \
	    "$n" "$n" "$1" "$1" "$n" "$(subtotal "$2")" "$2" \
	    "$(subtotal "$2")" "$3" "${4:+,$4}"
}

# 1149.75 is 1000 and taxes.
subtotal() {
	awk -v t="$1" 'BEGIN { printf "%.0f", t / 1.14975 }'
}

# progd: the stand-in with the tasks of plive/tasks.
progd() {
	printf '%s\n' "$KEY" >plive/key
	(umask 077 && cp plive/key key)
	start progd "$PP_TEST_BUILDDIR/tests/progd" plive || return
	PROGD=$REPLY
	printf '%s\n' '[progression]' "url = $PROGD" "key_file = $PWD/key" \
	    >>"$PP_CONFIG"
}

prog_setup() {
	pp_setup
	mkdir plive
	printf '%s\n' '{"label":"Accepté","logicId":500}' \
	    '{"label":"Demande de paiement","logicId":700}' \
	    '{"label":"Payé","logicId":800}' '{"label":"Facturé","logicId":900}' \
	    '{"label":"Demande de paiement","logicId":700}' >plive/states
}

# asked: the requests since the last time, path and query.
asked() {
	cut -f 1,2 plive/log
	: >plive/log
}
