# pp-mail: what it composes, read by another program's eyes; once for each
# link, template and slot (rule M1), whatever fails.
bats_require_minimum_version 1.5.0
load helper

NBSP=$'\u00a0'

# What every test begins with is made once, and copied.
setup_file() {
	pp_setup
	export PP_NOW=$BATS_FILE_TMPDIR/now
	printf '2026-11-23T15:00:00Z\n' >"$PP_NOW"
	export PP_STORE=$BATS_FILE_TMPDIR/store
	cd "$BATS_FILE_TMPDIR"
	asked http://127.0.0.1:1 --no-check
}

# asked URL [OPTION...]: an integration with the processor there, and two
# links in the file linked.
asked() {
	(umask 077 && printf 'yesguy\n' >token)
	pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$1" --store-id store5 \
	    --checkout-id chktSTORY --api-token-file token "${@:2}" >/dev/null
	printf '%s\n' \
	    '{"task":"T-1042","customer":{"name":"Hélène Côté","email":"helene@example.org","language":"fr"},"description":"Chauffe-eau <40 gal>","invoice":{"number":"F-889"},"total":"1149.75","extra":1.50}' \
	    '{"task":"T-1043","customer":{"name":"Bob","email":"bob@example.org","language":"en"},"total":"420.00"}' \
	    >tasks
	pp-link create <tasks >linked
	sed -n 1p linked >one
	jq -r '.payment_link | .id, .url' one >first
}

setup() {
	pp_setup
	export PATH=$PP_TEST_BUILDDIR/tests:$PATH
	T=(--templates "$PP_TEST_SRCDIR/share/mail")
	NOW=$BATS_TEST_TMPDIR/now
	export PP_NOW=$NOW
	cp -R "$BATS_FILE_TMPDIR"/{now,store,linked,one,first} .
	{ read -r LINK; read -r URL; } <first
	mkdir sent
	# A program like sendmail(8): what it gets, and how it ends.  Two at
	# once must not take one number.
	cat >sendmail <<-EOF
	#!/bin/bash
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' "\$*" >>sendmail.args
	exec 9>>sendmail.lock
	flock 9
	n=\$(ls sent | wc -l)
	cat >"sent/\$((n + 1)).eml"
	exec 9>&-
	[ ! -e slow ] || sleep 30
	[ ! -e status ] || exit "\$(cat status)"
	EOF
	chmod 755 sendmail
	configure "$PWD/sendmail"
}

# payable: instead of the copied world one whose links can be paid.
payable() {
	rm -R store
	start_sandbox --seed 1
	asked "$SANDBOX_URL"
	{ read -r LINK; read -r URL; } <first
	start page pp-page --listen 127.0.0.1:0 \
	    --templates "$PP_TEST_SRCDIR/share/page"
	printf '[page]\nurl = %s\n' "$REPLY" >>"$PP_CONFIG"
}

# configure TRANSPORT [LINE...]
configure() {
	{
		printf '%s\n' '[business]' 'name = Plomberie Ménard' \
		    'phone = 514 555-0100' 'email = comptes@example.com' \
		    'statement_name = PLOMB MENARD' '[mail]' "transport = $1"
		shift
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$PP_CONFIG"
}

clock() {
	printf '%s\n' "$1" >"$NOW"
}

request() {
	pp-mail "${T[@]}" --template demande-de-paiement "$@"
}

# How many messages the program got.
sent_is() {
	same 'messages' "$(find sent -name '*.eml' | wc -l)" "$1"
}

# read FILE: what a mail program sees of it, in $output.
read_mail() {
	yields mimeread <"$1"
}

events() {
	yields pp-status --watch "$@"
}

@test "a request in French, text first, then HTML" {
	yields request --send <one
	json_is '[.task,.mail.state,.mail.template,.mail.slot]' \
	    '["T-1042","sent","demande-de-paiement","1"]'
	out_has '"extra":1.50,'
	has 'the document' "$output" "$(head -c 200 one)"
	sent_is 1
	run -0 cat sendmail.args
	out_is '-t -i'
	read_mail sent/1.eml
	json_is .subject "[ESSAI] Demande de paiement de 1${NBSP}149,75${NBSP}$ – tâche T-1042 – Plomberie Ménard"
	json_is .from 'Plomberie Ménard <comptes@example.com>'
	json_is .to helene@example.org
	json_is '.parts' '["multipart/alternative","text/plain","text/html"]'
	json_is '.["Auto-Submitted"]' auto-generated
	json_is '.["Content-Language"]' fr
	run -0 json .text <<<"$output"
	out_has "Pour payer en ligne${NBSP}: $URL"
	out_has "Description${NBSP}: Chauffe-eau <40 gal>"
	out_has "Bonjour Hélène Côté,"
	out_has 'PLOMB MENARD'
	out_has '514 555-0100'
	[[ $output == "Essai${NBSP}: aucun argent réel ne circule."* ]]
}

@test "text is wrapped at 78 columns; addresses and commands are whole" {
	local long='chauffe-eau de 40 gallons, ajout d’un clapet antiretour et vérification du drain du sous-sol'

	printf '%s\n' '[page]' "other_ways = $long" >>"$PP_CONFIG"
	yields pp-task put <<<"{\"task\":\"T-1042\",\"description\":\"$long\",\"total\":\"1149.75\"}"
	yields request --send <one
	mimeread <sent/1.eml | jq -r .text >text
	grep -qF "Pour payer en ligne${NBSP}: $URL" text
	run -0 bash -c "grep -vE 'https?://' text | grep -cE '.{79}' || :"
	out_is 0
	same words "$(tr -s '\n' ' ' <text | grep -oF "$long" | wc -l)" 2
	printf '{"kind":"overpaid","task":"T-1","amount":"5.00","what":"%s","next":"pp-refund pay_01k8et11djbqrlu90cbtq9qtuu --amount 5.00 --reason \\"paid twice by mistake\\""}\n' \
	    "{$long}" >rows
	yields pp-mail "${T[@]}" --template attention --send <rows
	mimeread <sent/2.eml | jq -r .text >text
	run -0 grep -E '.{79}' text
	out_is '  pp-refund pay_01k8et11djbqrlu90cbtq9qtuu --amount 5.00 --reason "paid twice by mistake"'
}

@test "HTML is escaped, and asks nobody for a picture" {
	yields request --send <one
	read_mail sent/1.eml
	run -0 json .html <<<"$output"
	out_has 'Chauffe-eau &lt;40 gal&gt;'
	out_has "href=\"$URL\""
	[[ $output != *'<img'* && $output != *'src='* ]]
}

@test "the customer's language, English" {
	sed -n 2p linked >two
	yields request --send <two
	read_mail sent/1.eml
	json_is .subject '[TEST] Payment request of $420.00 – task T-1043 – Plomberie Ménard'
	json_is '.["Content-Language"]' en
}

@test "--qr: the code travels inside" {
	yields request --send --qr <one
	read_mail sent/1.eml
	json_is .parts '["multipart/alternative","text/plain","multipart/related","text/html","image/png"]'
	json_is .content_id qr@pp
	run -0 json .html <<<"$output"
	out_has 'src="cid:qr@pp"'
}

@test "without --send: mbox, and nothing is marked" {
	yields request <one
	out_has 'From pp-mail Mon Nov 23 15:00:00 2026'
	first=$(grep '^Message-Id' <<<"$output")
	sent_is 0
	yields request -n --send <one
	has 'the dry run' "$output" "$first"
	sent_is 0
	yields request --send <one
	sent_is 1
	# The same id as was shown.
	grep -qxF "$first" sent/1.eml
}

@test "M1: once, whatever runs how often; --all tells of the others" {
	yields request --send <linked
	same lines "${#lines[@]}" 2
	sent_is 2
	yields request --send <linked
	out_is ''
	yields request --send --all <linked
	json_is .mail.state "$(printf 'already\nalready')"
	refused 4 "pp-mail: $LINK: not sent: it was sent" request --send "$LINK"
	sent_is 2
	# Another template is another mail; a new epoch a new request.
	yields pp-mail "${T[@]}" --template demande-de-depot --send <one
	sent_is 3
	yields pp-link renew "$LINK"
	yields request --send <one
	json_is .mail.slot 2
	sent_is 4
}

@test "M1: two at once, one mail" {
	local i

	for i in 1 2 3 4; do
		timeout 60 pp-mail "${T[@]}" --template demande-de-paiement \
		    --send <linked >"out.$i" 2>"err.$i" 3>&- &
		PP_PIDS+=("$!")
	done
	for i in "${PP_PIDS[@]:1}"; do
		wait "$i"
	done
	sent_is 2
	run -0 cat out.1 out.2 out.3 out.4
	same lines "${#lines[@]}" 2
}

@test "M1: killed between intent and outcome: unknown, listed, never sent by itself" {
	local pid id

	touch slow
	timeout 60 pp-mail "${T[@]}" --template demande-de-paiement --send \
	    <one >out 2>err 3>&- &
	for _ in {1..100}; do
		[[ -e sent/1.eml ]] && break
		sleep 0.1
	done
	pid=$(pgrep -P $!)
	kill -9 "$pid"
	wait $! || :
	rm slow
	# At once it may still be somebody's; nobody sends it.
	yields request --send <one
	out_is ''
	yields pp-mail --list-unknown
	out_is ''
	clock 2026-11-23T15:06:00Z
	yields request --send --all <one
	json_is '[.mail.state,.mail.reason]' '["unknown","unknown"]'
	refused 76 "pp-mail: $LINK: not sent: unknown" request --send "$LINK"
	sent_is 1
	yields pp-mail --list-unknown
	json_is '[.task,.template,.slot,.state]' \
	    '["T-1042","demande-de-paiement","1","unknown"]'
	id=$(json .mail <<<"$output")
	refused 3 'pp-mail: no such mail' pp-mail --settle mail_x \
	    --outcome sent --reason no
	yields pp-mail --settle "$id" --outcome not-sent \
	    --reason 'not in the log'
	json_is '[.state,.reason]' '["failed","not in the log"]'
	yields pp-mail --list-unknown
	out_is ''
	yields request --send <one
	json_is .mail.state sent
	sent_is 2
	refused 4 'pp-mail: the mail was sent' pp-mail --settle "$id" \
	    --outcome not-sent --reason no
}

@test "settled as sent it counts as sent, from when it was handed over" {
	printf 75 >status
	expect 76 request --send <one
	err_is "pp-mail: line 1: it is unknown whether it was sent: sendmail status 75 (pp-mail --settle $(pp-mail --list-unknown | json .mail))"
	rm status
	id=$(pp-mail --list-unknown | json .mail)
	# What the attention list says to paste shows it, and decides nothing:
	# said without a look to be not sent, it would be sent twice.
	expect 1 pp-status --attention -o json
	json_is '[.kind,.task,.next]' \
	    '["mail_unknown","T-1042","pp-mail --list-unknown"]'
	yields sh -c "$(json .next <<<"$output")"
	json_is '[.mail,.state]' "[\"$id\",\"unknown\"]"
	clock 2026-11-23T16:00:00Z
	yields pp-mail --settle "$id" --outcome sent --reason 'in the log'
	json_is '[.state,.sent_at]' '["sent","2026-11-23T15:00:00Z"]'
	yields request --send <one
	out_is ''
	sent_is 1
}

@test "what certainly failed is tried again, later and later; for good, not" {
	printf 69 >status
	refused 75 'pp-mail: line 1: not sent: sendmail status 69; it is tried again by the next run from then on' \
	    request --send <one
	yields request --send <one
	sent_is 1
	clock 2026-11-23T15:01:00Z
	expect 75 request --send <one
	sent_is 2
	clock 2026-11-23T15:02:00Z
	yields request --send <one
	sent_is 2
	clock 2026-11-23T15:03:00Z
	printf 67 >status
	refused 65 'pp-mail: line 1: not sent: sendmail status 67; it is not tried again by itself' \
	    request --send <one
	clock 2026-11-30T15:03:00Z
	rm status
	yields request --send <one
	sent_is 3
	yields pp-mail --list-unknown
	json_is '[.state,.reason]' '["failed","sendmail status 67"]'
	# A person who mended the address names it.
	yields request --send "$LINK"
	json_is .mail.state sent
	sent_is 4
}

@test "a transport that takes nothing is left alone after three" {
	printf 69 >status
	for i in 1 2 3 4 5; do
		printf '{"task":"X-%d","customer":{"email":"x@example.org"},"total":"10.00"}\n' "$i"
	done | pp-link create >many
	expect 75 request --send <many
	sent_is 3
	err_has 'line 5: not tried: the transport took none of the 3 mails before'
	rm status
	yields request --send <many
	same lines "${#lines[@]}" 2
}

@test "--resend: a person, another id, elsewhere if wanted" {
	yields request --send <one
	refused 2 "$(printf 'pp-mail: --to goes with --resend, or with a mail to the house\n'; pp-mail -h)" \
	    request --send --to x@example.org "$LINK"
	yields request --resend "$LINK"
	yields request --resend --to 'Léa <lea@example.net>' "$LINK"
	sent_is 3
	read_mail sent/3.eml
	json_is .to 'Léa <lea@example.net>'
	run -0 bash -c 'grep -h ^Message-Id sent/*.eml | sort -u | wc -l'
	out_is 3
	# In the journal, without any address (rule P1).
	run -0 pp-status --why T-1042
	out_has 'mail.resent'
	! grep -rqaE 'lea@example|helene@example' "$PP_STORE"/event* ||
	    { echo 'an address in the journal'; return 1; }
	run grep -rlaF lea@example.net "$PP_STORE"
	out_is ''
}

@test "M1: held while being paid, suspect or settled; the slot is not used" {
	payable
	yields pp-link url "$LINK"
	expect 0 pp-sandbox pay --link - --then load <<<"$output"
	yields request --send --all <one
	json_is '[.mail.state,.mail.reason]' '["held","being_paid"]'
	refused 4 "pp-mail: $LINK: not sent: being_paid" request --send "$LINK"
	sent_is 0
	yields pp-mail --list-unknown
	out_is ''
	yields pp-link url "$LINK"
	expect 0 pp-sandbox pay --link - <<<"$output"
	yields request --send --all <one
	json_is '[.mail.state,.mail.reason]' '["held","nothing_owed"]'
	# A receipt is due, in full, once for the payment.
	yields pp-ledger list
	printf '%s\n' "$output" >payments
	yields pp-mail "${T[@]}" --template recu --send <payments
	json_is '[.mail.state,.mail.template]' '["sent","recu"]'
	yields pp-mail "${T[@]}" --template recu-partiel --send <payments
	out_is ''
	sent_is 1
	read_mail sent/1.eml
	json_is .subject "[ESSAI] Reçu de 1${NBSP}149,75${NBSP}$ – tâche T-1042 – Plomberie Ménard"
	run -0 json .text <<<"$output"
	out_has 'Il ne reste rien à payer'
	out_has "Transaction${NBSP}: $(jq -r .transaction_no payments)"
	[[ $output != *http* ]]
}

@test "a receipt of a part says what remains, what of it is tax, and where to pay it" {
	payable
	printf '{"task":"T-7","customer":{"email":"x@example.org","language":"en"},"total":"114.98","taxes":[{"name":"TPS","amount":"5.00"},{"name":"TVQ","amount":"9.98"}]}\n' |
	    pp-link create --open >seven
	expect 0 pp-sandbox pay --link - --amount 30 \
	    <<<"$(jq -r .payment_link.url seven)"
	yields pp-mail "${T[@]}" --template recu --send <seven
	json_is '.mail.slot|startswith("pay_")' true
	read_mail sent/1.eml
	json_is .subject '[TEST] Receipt of $30.00, $84.98 remains – task T-7 – Plomberie Ménard'
	run -0 json .text <<<"$output"
	out_has "Of which taxes: GST${NBSP}\$1.31, QST${NBSP}\$2.60"
	out_has "Pay the rest online: $(jq -r .payment_link.url seven)"
}

@test "a template of one's own: the link is added, --no-link leaves it out" {
	mkdir own
	printf 'Pour {{task}}\n\n{{greeting}}\nFacture {{invoice.number}}\nRien: {{payment.card}}\n' \
	    >own/simple.fr.txt
	configure "$PWD/sendmail" "template_dir = $PWD/own"
	yields pp-mail "${T[@]}" --template simple --send <one
	read_mail sent/1.eml
	json_is .parts '["text/plain"]'
	json_is .text "Essai${NBSP}: aucun argent réel ne circule.

Bonjour Hélène Côté,
Facture F-889

Pour payer en ligne${NBSP}: $URL"
	yields pp-mail "${T[@]}" --template simple --no-link --resend "$LINK"
	read_mail sent/2.eml
	json_is '.text|contains("http")' false
	printf 'Oh\n{{nobody}}\n' >own/simple.fr.txt
	refused 78 'pp-mail: simple.fr.txt: line 2: unknown placeholder {{nobody}}' \
	    pp-mail "${T[@]}" --template simple --send "$LINK"
	refused 78 "pp-mail: no template none: neither none.fr.txt nor none.en.txt in $PWD/own or $PP_TEST_SRCDIR/share/mail" \
	    pp-mail "${T[@]}" --template none "$LINK"
	refused 2 "pp-mail: a template's name is 1 to 32 of a-z, 0-9 and -, not ../x" \
	    pp-mail "${T[@]}" --template ../x "$LINK"
}

@test "without an address, or with one that is none" {
	printf '%s\n' '{"task":"A","total":"1.00"}' \
	    '{"task":"B","customer":{"email":"no address"},"total":"1.00"}' |
	    pp-link create >odd
	refused 65 'pp-mail: line 1: customer.email: task A has no mail address
pp-mail: line 2: customer.email: task B has no mail address that can be read' \
	    request --send <odd
	sent_is 0
	expect 65 request --send <<<'{"task":"T-1"}'
	err_is 'pp-mail: line 1: payment_link.id: missing, and it is no payment either'
	refused 3 'pp-mail: lnk_x: no such link' request --send lnk_x
}

@test "SMTP: envelope, copies, dots" {
	start smtpd smtpd
	configure "$REPLY" 'bcc = archive@example.com' \
	    'from = "Comptes" <comptes@example.com>'
	yields request --send <one
	json_is .mail.state sent
	run -0 grep -E '^(MAIL|RCPT)' 1.env
	out_is 'MAIL FROM:<comptes@example.com> SIZE='"$(wc -c <1.eml)"'
RCPT TO:<helene@example.org>
RCPT TO:<archive@example.com>' || out_is 'MAIL FROM:<comptes@example.com>
RCPT TO:<helene@example.org>
RCPT TO:<archive@example.com>'
	run ! grep -qi '^bcc' 1.eml
	read_mail 1.eml
	json_is .to helene@example.org
	json_is .from 'Comptes <comptes@example.com>'
}

@test "SMTP: refused is failed, cut off is unknown" {
	start smtpd smtpd rcpt=550
	configure "$REPLY"
	refused 65 'pp-mail: line 1: not sent: smtp 550; it is not tried again by itself' \
	    request --send <one
	stop "$STARTED"
	start smtpd smtpd data=451
	configure "$REPLY"
	refused 75 "pp-mail: $LINK: not sent: smtp 451; it is tried again by the next run from then on" \
	    request --send "$LINK"
	stop "$STARTED"
	refused 75 "pp-mail: $LINK: not sent: smtp: Couldn't connect to server; it is tried again by the next run from then on" \
	    request --send "$LINK"
	start smtpd smtpd cut
	configure "$REPLY"
	expect 76 request --send "$LINK"
	err_has "$LINK: it is unknown whether it was sent: smtp: "
	stop "$STARTED"
	start smtpd smtpd ok
	configure "$REPLY"
	yields request --send <one
	out_is ''
	[[ ! -e 2.eml ]]
}

@test "SMTP elsewhere than here is encrypted, and passwords stay in files" {
	configure 'smtp://me:secret@127.0.0.1'
	refused 78 'pp-mail: [mail] transport: the name and the password go into user and password_file' \
	    request --send "$LINK"
	printf 'geheim\n' >pw
	chmod 644 pw
	configure smtp://127.0.0.1:1 'user = me' "password_file = $PWD/pw"
	expect 77 request --send "$LINK"
	configure smtp://127.0.0.1:1 'user = me'
	refused 78 'pp-mail: [mail] user goes with password_file' \
	    request --send "$LINK"
	configure ftp://x
	refused 78 'pp-mail: [mail] transport: sendmail, the path of a program, smtp://host or smtps://host' \
	    request --send "$LINK"
}

@test "mails to the house: when it changes, once a day" {
	printf '%s\n' '{"kind":"paid_twice","task":"T-1","amount":"5.00","what":"Paid twice <x>","next":"pp-refund T-1"}' >rows
	yields pp-mail "${T[@]}" --template attention --send <rows
	json_is '.mail.state' sent
	yields pp-mail "${T[@]}" --template attention --send <rows
	out_is ''
	yields pp-mail "${T[@]}" --template attention --send --to b@example.org <rows
	sent_is 2
	read_mail sent/1.eml
	json_is .to comptes@example.com
	run -0 json .text <<<"$output"
	out_has "- paid_twice  T-1  5,00${NBSP}$  Paid twice <x>
  pp-refund T-1"
	printf '%s\n' '{"kind":"late","task":"T-2","what":"Late"}' >>rows
	yields pp-mail "${T[@]}" --template attention --send <rows
	sent_is 3
	yields pp-mail "${T[@]}" --template attention --send </dev/null
	sent_is 3
	printf '%s\n' '{"id":"pay_1","type":"payment","business_date":"2026-11-22","task":"T-1","amount":"50.00"}' \
	    '{"id":"pay_2","type":"refund","business_date":"2026-11-22","task":"T-1","amount":"20.00"}' >sheet
	yields pp-mail "${T[@]}" --template feuille-du-jour --send <sheet
	read_mail sent/4.eml
	json_is .subject "[ESSAI] Paiements à saisir – 23 novembre 2026 – 2 pour 30,00${NBSP}$"
	run -0 json .text <<<"$output"
	out_has "Remboursement  T-1  −20,00${NBSP}$"
	yields pp-mail "${T[@]}" --template feuille-du-jour --send <sheet
	clock 2026-11-24T15:00:00Z
	yields pp-mail "${T[@]}" --template feuille-du-jour --send <sheet
	sent_is 5
}

due() {
	pp-link list --state open --due-reminder 3d,7d,14d "$@"
}

remind() {
	due | pp-mail "${T[@]}" --template rappel --send
}

@test "M1: reminders, from the first request sent, one for all that were missed" {
	# Nothing was asked yet.
	clock 2026-11-26T15:00:00Z
	yields due
	out_is ''
	expect 0 due -v
	err_has "pp-link: $LINK: no reminder: no_request"
	yields request --send <one
	clock 2026-11-27T15:00:00Z
	yields due
	out_is ''
	# Three days later is a Sunday.
	clock 2026-11-29T15:00:00Z
	yields due
	out_is ''
	clock 2026-11-30T15:00:00Z
	yields due
	json_is '[.id,.task,.reminder]' \
	    "[\"$LINK\",\"T-1042\",{\"after\":\"3d\",\"due\":\"2026-11-30\"}]"
	yields remind
	json_is '[.mail.state,.mail.slot]' '["sent","1.3d"]'
	yields remind
	out_is ''
	sent_is 2
	read_mail sent/2.eml
	json_is .subject "[ESSAI] Rappel${NBSP}: 1${NBSP}149,75${NBSP}$ à payer – tâche T-1042 – Plomberie Ménard"
	json_is .References "<$(mimeread <sent/1.eml | jq -r '.["Message-Id"]' | tr -d '<>')>"
	json_is '.text|contains("26 novembre 2026")' true
	# Weeks without cron: one reminder, the last.
	clock 2027-01-11T15:00:00Z
	yields remind
	json_is .mail.slot 1.14d
	yields remind
	out_is ''
	clock 2027-01-12T15:00:00Z
	yields remind
	out_is ''
	sent_is 3
	refused 65 "$(printf 'pp-mail: line 1: reminder.after: missing: it says which reminder is due (pp-link list --due-reminder 3d,7d,14d)')" \
	    pp-mail "${T[@]}" --template rappel --send <one
	# A row that was made up sends nothing.
	yields pp-mail "${T[@]}" --template rappel --send --all \
	    <<<"{\"link\":\"$LINK\",\"reminder\":{\"after\":\"90d\"}}"
	json_is '[.mail.state,.mail.reason]' '["held","not_due"]'
	refused 2 'pp-link: not a schedule such as 3d,7d,14d: 7d,3d' \
	    pp-link list --due-reminder 7d,3d
}

@test "M1: no reminder on a holiday; the next business day has it" {
	printf '[business]\nholidays = quebec, 11-30\n' >>"$PP_CONFIG"
	clock 2026-11-26T15:00:00Z
	yields request --send <one
	clock 2026-11-30T15:00:00Z
	yields due
	out_is ''
	clock 2026-12-01T15:00:00Z
	yields due
	json_is '.reminder.due' 2026-12-01
	sed -i 's/11-30/11-31/' "$PP_CONFIG"
	expect 78 due
	err_has 'holidays: not quebec, none, or days such as 2026-12-24 and 12-26'
}

@test "M1: no reminder after payment" {
	payable
	yields request --send <one
	yields pp-link url "$LINK"
	url=$output
	clock 2026-11-26T15:00:00Z
	yields due
	printf '%s\n' "$output" >row
	json_is .reminder.after 3d
	expect 0 pp-sandbox pay --link - <<<"$url"
	yields due
	out_is ''
	# Nor by a list that is older than the payment.
	yields pp-mail "${T[@]}" --template rappel --send --all <row
	json_is '[.mail.state,.mail.reason]' '["held","nothing_owed"]'
	sent_is 1
}

@test "filters of the list" {
	yields pp-link list --integration other
	out_is ''
	yields pp-link list --integration moneris
	same lines "${#lines[@]}" 2
	yields pp-link list --since 2026-11-24
	out_is ''
	yields pp-link list --since 2026-11-23 --expiring 91d
	same lines "${#lines[@]}" 2
	yields pp-link list --expiring 89d
	out_is ''
}

@test "pp-link qr: what it shows is the address" {
	expect 0 pp-link qr "$LINK"
	[[ $output == $'\033[30;47m'* ]]
	same lines "${#lines[@]}" 21 || same lines "${#lines[@]}" 23
	pp-link qr --format png "$LINK" >code.png
	same 'first bytes' "$(head -c 8 code.png | od -An -tx1 | tr -d ' ')" \
	    89504e470d0a1a0a
	yields pp-link qr --format svg "$LINK"
	out_has '<svg xmlns="http://www.w3.org/2000/svg"'
	if command -v zbarimg >/dev/null; then
		same code "$(zbarimg -q --raw code.png)" "$URL"
	fi
	refused 3 'pp-link: lnk_x: no such link' pp-link qr lnk_x
	expect 2 pp-link qr --format gif "$LINK"
}

@test "wrong use" {
	local words

	for words in '' '--template x --list-unknown' '--list-unknown x' \
	    '--settle m' '--settle m --outcome maybe --reason x' \
	    '--template x --all' '--template x --resend' \
	    '--outcome sent' '--list-unknown --send' \
	    '--template attention --resend x'; do
		# shellcheck disable=SC2086 # words
		expect 2 pp-mail $words </dev/null
		out_is ''
		err_has 'usage: pp-mail'
	done
}
