# pp-mail against a real mail server, encrypted and with a password; read back
# by Python's email.
bats_require_minimum_version 1.5.0
load helper

setup() {
	pp_setup
	/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null ||
	    skip 'no python3-aiosmtpd'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem \
	    -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
	    2>/dev/null
	server smtp
	printf 'geheim\n' >pw
	chmod 600 pw
	cat >"$PP_CONFIG" <<-EOF
	[business]
	name = Plomberie Ménard
	[mail]
	from = comptes@example.com
	transport = $REPLY
	user = comptes
	password_file = $PWD/pw
	ca_file = $PWD/cert.pem
	EOF
	start_sandbox --seed 1
	printf 'yesguy\n' >token
	chmod 600 token
	yields pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$SANDBOX_URL" --store-id store5 \
	    --checkout-id chktSTORY --api-token-file token
	printf '{"task":"T-1","customer":{"name":"Zoë Œuvré","email":"zoe@example.org","language":"fr"},"total":"12.00"}\n' |
	    pp-link create >one
}

# server smtp|smtps
server() {
	start server /usr/bin/python3 "$PP_TEST_SRCDIR/tests/smtpd.py" \
	    $((20000 + RANDOM % 20000)) "$1"
}

request() {
	pp-mail --templates "$PP_TEST_SRCDIR/share/mail" \
	    --template demande-de-paiement --send --qr "$@"
}

@test "encrypted, with a password, and read by Python" {
	yields request <one
	json_is .mail.state sent
	run -0 cat 1.env
	out_is 'comptes@example.com zoe@example.org
tls known'
	run -0 /usr/bin/python3 -c '
import email, email.policy, sys
m = email.message_from_binary_file(open("1.eml", "rb"),
    policy=email.policy.default)
print(m["subject"], m["from"], [p.get_content_type() for p in m.walk()],
    "Bonjour Zoë Œuvré," in m.get_body(("plain",)).get_content(),
    len(m.defects), sep="\n")'
	out_is "[ESSAI] Demande de paiement de 12,00"$'\u00a0'"$ – tâche T-1 – Plomberie Ménard
Plomberie Ménard <comptes@example.com>
['multipart/alternative', 'text/plain', 'multipart/related', 'text/html', 'image/png']
True
0"
}

@test "smtps: TLS from the first byte; a stranger's certificate is refused" {
	server smtps
	sed -i "s,^transport.*,transport = $REPLY," "$PP_CONFIG"
	cp "$PP_CONFIG" known
	sed -i /^ca_file/d "$PP_CONFIG"
	expect 75 request <one
	err_has 'not sent: smtp'
	[[ ! -e 1.eml ]]
	# Nor one of ours for another host.
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key2.pem \
	    -out cert2.pem -days 2 -subj /CN=other 2>/dev/null
	sed "s,cert.pem,cert2.pem," known >"$PP_CONFIG"
	expect 75 request "$(jq -r .payment_link.id one)"
	[[ ! -e 1.eml ]]
	cp known "$PP_CONFIG"
	yields request "$(jq -r .payment_link.id one)"
	json_is .mail.state sent
	run -0 cat 1.env
	out_is 'comptes@example.com zoe@example.org
tls known'
	# What does not speak TLS there gets nothing.
	stop "$STARTED"
	server smtp
	sed -i "s,^transport.*,transport = ${REPLY/smtp:/smtps:}," "$PP_CONFIG"
	expect 75 pp-mail --templates "$PP_TEST_SRCDIR/share/mail" \
	    --template demande-de-depot --send "$(jq -r .payment_link.id one)"
	[[ ! -e 2.eml ]]
}

@test "a wrong password, or a stranger's certificate: not sent, to be tried again" {
	printf 'falsch\n' >pw
	expect 75 request <one
	err_is 'pp-mail: line 1: not sent: smtp 535; it is tried again by the next run from then on'
	[[ ! -e 1.eml ]]
	printf 'geheim\n' >pw
	sed -i '/^ca_file/d' "$PP_CONFIG"
	expect 75 request "$(jq -r .payment_link.id one)"
	err_has 'not sent: smtp'
	[[ ! -e 1.eml ]]
}
