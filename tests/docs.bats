# What is written is true: pages and README run, and nothing is left out.

bats_require_minimum_version 1.5.0
load helper
load progression

setup() {
	pp_setup
	cp "$PP_TEST_SRCDIR/share/story/tasks.jsonl" .
	(umask 077 && printf 'yesguy\n' >token)
}

# A pp-page that needs no installed data, and a port of its own.
uninstalled() {
	local i

	mkdir -p bin
	printf '#!/bin/sh\nexec "%s/cmd/pp-page" --templates "%s/share/page" "$@"\n' \
	    "$PP_TEST_BUILDDIR" "$PP_TEST_SRCDIR" >bin/pp-page
	chmod 755 bin/pp-page
	PATH=$PWD/bin:$PATH
	for ((i = 20000 + RANDOM % 10000; ; i++)); do
		(exec 3<>"/dev/tcp/127.0.0.1/$i") 2>/dev/null || break
	done
	printf '[page]\nurl = http://127.0.0.1:%s\nlisten = 127.0.0.1:%s\n' \
	    "$i" "$i" >"$PP_CONFIG"
}

# begin: the offline processor, its address in sandbox.url.
begin() {
	start_sandbox --seed 1
	printf '%s\n' "$SANDBOX_URL" >sandbox.url
}

# begin_story: an integration, and of the story's tasks one is paid in full,
# one in part.
begin_story() {
	local task

	begin
	uninstalled
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktDOCS --api-token-file token
	yields pp-link create --open <tasks.jsonl
	printf '%s\n' "$output" >links
	start page pp-page
	jq -r .payment_link.url links | {
		read -r task && pp-sandbox pay --link - <<<"$task"
		read -r task && pp-sandbox pay --amount 2500 --link - <<<"$task"
	}
}

commands_of() {
	if [[ $1 == *.md ]]; then
		awk -v section= -f "$PP_TEST_SRCDIR/tests/examples.awk" "$1"
	else
		mandoc -T utf8 "$1" | col -bx | awk -v section="$2" \
		    -f "$PP_TEST_SRCDIR/tests/examples.awk"
	fi
}

# try_them FILE [SECTION]: types its commands, one after the other.
try_them() {
	command -v mandoc >/dev/null || skip 'no mandoc'
	commands_of "$@" >typed
	[[ -s typed ]]
	cat >run - typed <<-'EOF'
		set -eo pipefail
		trap 'kill $(jobs -p) 2>/dev/null && wait || :' EXIT
		ready() {
			sleep 0.1	# until the file is there at all
			while [[ -n $(find . -name '*.url' -empty) ||
			    -z $(find . -name '*.url') ]]; do sleep 0.1; done
		}
	EOF
	expect 0 bash run
}

@test "every page is told to install" {
	local f

	for f in "$PP_TEST_SRCDIR"/man/*.[1-8]; do
		grep -q "man/${f##*/}" "$PP_TEST_SRCDIR/Makefile.am" ||
		    { echo "${f##*/} is not installed" && false; }
	done
}

@test "every command has page, completion and tests" {
	local c

	for c in "$PP_TEST_BUILDDIR"/cmd/pp-*; do
		[[ -f $c && -x $c ]] || continue
		c=${c##*/}
		ls "$PP_TEST_SRCDIR/man/$c".[18]
		grep -q "completions/$c\b" "$PP_TEST_SRCDIR/Makefile.am"
		[[ -f $PP_TEST_SRCDIR/completions/$c ]]
		grep -ql -e "\b$c\b" "$PP_TEST_SRCDIR"/tests/*.bats
	done
}

@test "every page has its sections" {
	local f s

	for f in "$PP_TEST_SRCDIR"/man/pp-*.[18]; do
		for s in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES \
		    'SEE ALSO'; do
			grep -qx "\.Sh $s" "$f" ||
			    { echo "${f##*/} has no $s" && false; }
		done
	done
}

@test "what a page refers to exists" {
	local f page n s

	for f in "$PP_TEST_SRCDIR"/man/*.[1-8]; do
		while read -r _ page s _; do
			[[ $page != pp* ]] ||
			    [[ -f $PP_TEST_SRCDIR/man/$page.$s ]] ||
			    { echo "${f##*/}: $page($s)" && n=1; }
		done < <(grep -E '^\.(It )?Xr ' "$f" | sed 's/^\.It //')
	done
	[[ -z ${n-} ]]
}

@test "pp.conf(5) has every key and its default" {
	local n=0 key default

	mandoc -T utf8 "$PP_TEST_SRCDIR/man/pp.conf.5" | col -bx >page
	while IFS='|' read -r key default; do
		grep -Eq "^ +$key${default:+ = $default}( |\$)" page ||
		    { echo "$key = $default" && false; }
		n=$((n + 1))
	done < <(sed -n 's/^\tKEY([a-z]*, \([a-z_]*\), [A-Z]*, "\(.*\)"),$/\1|\2/p' \
	    "$PP_TEST_SRCDIR/lib/conf.c")
	((n > 30))
}

@test "pp-documents(5) names every member that is printed" {
	local m missing=()

	begin_story
	expect 6 pp-sandbox pay --card 4485621544903528 --link - \
	    < <(jq -r .payment_link.url links | tail -n 1)
	{
		pp-integration list
		pp-integration check moneris
		pp-task show T-1042 T-1043
		cat links
		pp-link list
		pp-link create --percent 10 --purpose deposit T-1044
		pp-status T-1042 T-1043 T-1044
		pp-status --refresh
		pp-status --health
		pp-status --why T-1043
		pp-status --attention || :
		pp-ledger list
		pp-ledger totals
		pp-ledger totals --by batch
		pp-refund "$(pp-ledger list | json .id | sed -n 1p)" \
		    --amount 1 --reason documents
		pp-ledger head
		pp-link create -o json <<<'{"task":"x"}' 2>&1 || :
	} >printed
	mandoc -T utf8 "$PP_TEST_SRCDIR/man/pp-documents.5" | col -bx >page
	# What a driver says of itself is in pp-provider(5).
	while read -r m; do
		grep -Eq "\\b${m%_cents}\\b" page || missing+=("$m")
	done < <(jq -r 'del(.features) | paths | last |
	    select(type == "string")' printed | sort -u)
	echo "${missing[@]}"
	((${#missing[@]} == 0))
	(($(jq -s length printed) > 20))
}

@test "the examples of pp-integration(1)" {
	begin
	try_them "$PP_TEST_SRCDIR/man/pp-integration.1" EXAMPLES
	yields pp-integration list
	run jq -rs 'map([.integration, .favourite, .disabled] | join(" ")) | sort
	    | join(", ")' <<<"$output"
	out_is 'branch true false, moneris false true'
}

@test "the examples of pp-task(1)" {
	try_them "$PP_TEST_SRCDIR/man/pp-task.1" EXAMPLES
	yields pp-task show T-1042
	json_is .total 1200.00
}

@test "the examples of pp-link(1)" {
	begin
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktDOCS --api-token-file token
	try_them "$PP_TEST_SRCDIR/man/pp-link.1" EXAMPLES
	yields pp-link list --task T-2001
	json_is '[.state,.epoch,.min,.expires_at]' '["open",2,"50.00",null]'
	yields pp-link list --purpose deposit
	json_is .amount 2520.00
}

@test "the examples of pp-status(1)" {
	begin_story
	try_them "$PP_TEST_SRCDIR/man/pp-status.1" EXAMPLES
}

@test "the examples of pp-refund(1)" {
	begin_story
	try_them "$PP_TEST_SRCDIR/man/pp-refund.1" EXAMPLES
	out_has '["partially_refunded","100.00","approved"]'
}

@test "the examples of pp-store(1)" {
	begin_story
	LIMIT=60 try_them "$PP_TEST_SRCDIR/man/pp-store.1" EXAMPLES
}

@test "pp-store(5): recovery, backups, another machine, a lost key" {
	begin_story
	LIMIT=60 try_them "$PP_TEST_SRCDIR/man/pp-store.5" RECOVERY
	LIMIT=60 try_them "$PP_TEST_SRCDIR/man/pp-store.5" BACKUPS
}

@test "the examples of pp-ledger(1)" {
	begin_story
	try_them "$PP_TEST_SRCDIR/man/pp-ledger.1" EXAMPLES
	out_has 'T-1042'
	[[ -s heads.jsonl ]]
}

# typed_in PAGE FROM TO: the lines of a command that stands in it without a
# prompt, because it takes a right to type it; with our directories.
typed_in() {
	mandoc -T utf8 "$PP_TEST_SRCDIR/man/$1" | col -bx |
	    sed -n "s,/usr/share/pp,$PP_TEST_SRCDIR/share,; s,/etc/pp,$PWD/etc,
	    /^ *$2/,/$3\$/p"
}

@test "the examples of pp-progression(1), and an automation linked as pp(7) says" {
	prog_setup
	{
		task T-1 1149.75 700
		task T-2 574.88 700
	} >plive/tasks
	printf '%s\n' '[business]' 'name = Plomberie' 'email = c@example.com' \
	    '[mail]' "transport = $PWD/sendmail" >"$PP_CONFIG"
	printf '#!/bin/sh\ncat >"$(mktemp "%s/XXXXXX.eml")"\n' "$PWD" >sendmail
	mkdir -p bin etc/automations.d
	printf '#!/bin/sh\nexec "%s/cmd/pp-mail" --templates "%s/share/mail" "$@"\n' \
	    "$PP_TEST_BUILDDIR" "$PP_TEST_SRCDIR" >bin/pp-mail
	chmod 755 sendmail bin/pp-mail
	PATH=$PWD/bin:$PATH
	yields pp-integration add moneris -q --no-check --store-id store5 \
	    --checkout-id chktDOCS --api-token-file token
	progd
	LIMIT=60 try_them "$PP_TEST_SRCDIR/man/pp-progression.1" EXAMPLES
	out_has ' 700  Demande de paiement'
	out_has '"mail":{"state":"sent"'
	out_has '"task":"T-2"'
	same mails "$(find . -name '*.eml' | wc -l)" 2
	same notes "$(cat plive/events)" 'T-1 INFO Lien de paiement envoyé
T-2 INFO Lien de paiement envoyé'
	# Linked as the pages say it finds that all is done.
	for page in pp.7 fr/pp.7; do
		rm -f etc/automations.d/*
		typed_in "$page" 'ln -s' automations.d >typed
		yields bash -e typed
		yields run-parts --test etc/automations.d
		out_is etc/automations.d/demande-de-paiement
	done
	task T-3 574.88 700 >>plive/tasks
	stop "$STARTED"
	sed -i '/progression/,$d' "$PP_CONFIG"
	progd
	LIMIT=60 yields run-parts --exit-on-error etc/automations.d
	same mails "$(find . -name '*.eml' | wc -l)" 3
	# And they name those that are shipped, no other.
	for page in pp.7 fr/pp.7; do
		sed -n 's/^\.It Pa //p' "$PP_TEST_SRCDIR/man/$page" | sort |
		    diff - <(ls "$PP_TEST_SRCDIR/share/automations")
	done
}

@test "the examples of pp-documents(5)" {
	begin_story
	try_them "$PP_TEST_SRCDIR/man/pp-documents.5" EXAMPLES
	out_has T-3002
	err_is '{"tool":"pp-link","line":1,"item":"T-3003","member":"total","status":65,"message":"12.345: more than two decimals","hint":null}'
}

@test "the tour of pp(7)" {
	uninstalled
	rm token
	LIMIT=60 try_them "$PP_TEST_SRCDIR/man/pp.7" 'THE TOUR'
	yields pp-status T-1
	json_is '[.state,.paid,(.payments|length)]' '["paid","1149.75",2]'
	[[ -s heads ]]
	# What it says besides.
	yields pp-status --refresh --due
	expect 0 pp-status --health
	expect 0 pp-status --attention
}

@test "the first pipeline of README.md" {
	begin
	uninstalled
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktDOCS --api-token-file token
	start page pp-page
	try_them "$PP_TEST_SRCDIR/README.md"
	# Its output, but for what no two runs have alike.
	awk '/^```/ { code = !code; next } code && !/^[$>] /' \
	    "$PP_TEST_SRCDIR/README.md" | alike >want
	grep -v '^+ \|^>\|^    ' <<<"$output" | alike >got
	diff want got
}

# Numbers, dates, ids and addresses made alike.
alike() {
	sed -E 's,http://[^ ]*/p/[a-z2-7]{32},URL,; s/_[0-9a-v]{26}/_ID/g
	    s/-[a-z]{4}\.a/-abcd.a/; s/[0-9]{4}-[0-9]{2}-[0-9]{2}/DATE/g
	    s/DATE [0-9]{2}:[0-9]{2}/DATETIME/g; s/ le [0-9]{1,2}[^.]*\./ WHEN./
	    s/[0-9]+-0_[0-9]+/TXN/; s/[0-9]{18}/REF/; s/ [0-9]{3}  +waiting/ B waiting/
	    s/^ *[0-9]+  DATE/N DATE/; s/  +/ /g
	    s/ [^ ]+, pp-/ WHO, pp-/'
}

@test "the completions know the words that an option takes" {
	yields pp-integration add moneris -q --no-check --environment sandbox \
	    --gateway-url http://127.0.0.1:1 --store-id store5 \
	    --checkout-id chktDOCS --api-token-file token
	completes 'moneris' pp-link create --integration ''
	completes 'moneris' pp-integration show m
	completes 'cancelled completed' pp-link list --state c
	completes 'paid settled' pp-status --is ''
	completes 'day' pp-ledger totals --by d
	completes 'json' pp-task show -o j
	completes '' pp-link create --amount ''
	completes '--state' pp-status --sta
}

# completes WORDS COMMAND WORD...: what is offered for the last one.
completes() {
	local want=$1
	shift
	run -0 timeout 20 bash -c '
		. "$0/$1" || exit 1
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		f=$(complete -p "$1" | sed "s/.*-F \([^ ]*\).*/\1/")
		"$f" "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
		echo "${COMPREPLY[*]}"' "$PP_TEST_SRCDIR/completions" "$@"
	out_is "$want"
}
