# The proxies' sample configurations as they are shipped, before pp-page, with
# TLS and a whole payment through them, in a machine of their own (machine.bash).
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

# What both are asked; PROXY_LOGS are all that the proxy wrote.
STORY='
site() {
	world
	cat >/etc/pp/pp.conf <<-END
	[business]
	name = Plomberie Exemple
	[page]
	url = https://pay.example.com
	trusted_proxies = 127.0.0.1
	limit_per_link = 0
	limit_per_address = 30
	END
	echo "127.0.0.1 localhost pay.example.com" >/etc/hosts
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
	    -nodes -days 2 -subj /CN=pay.example.com \
	    -addext subjectAltName=DNS:pay.example.com \
	    -keyout key.pem -out cert.pem 2>/dev/null
	page_up
	link T-1 100.00
	TOKEN=${URL##*/}
}
page_up() {
	pp-page >page.url 2>>page.err &
	PAGE=$!
	until_ok test -s page.url
}
ask() {
	curl -s --cacert "${CA:-cert.pem}" -D head -o body "$@" || return
	tr -d "\r" <head >head.lines
	sed -n "1s/ $//; 1p" head.lines
}
has_header() {
	grep -ix "$1" head.lines | tr A-Z a-z
}
story() {
	local form ticket attempt
	echo "== http goes to https"
	ask "http://pay.example.com/p/$TOKEN"
	sed -n "s/^[Ll]ocation: //p" head.lines | sed "s/$TOKEN/TOKEN/"
	echo "== the page, with its headers, once"
	ask "$URL"
	has_header "strict-transport-security: .*"
	has_header "content-security-policy: .*" | wc -l
	has_header "cache-control: .*"
	has_header "server: .*" | grep -c "[0-9]\.[0-9]" || :
	echo "== a whole payment"
	form=$(sed -n "s/.*name=\"form\" value=\"\([0-9a-f]*\)\".*/\1/p" body |
	    head -n 1)
	ask -d "form=$form" "$URL/pay"
	ticket=$(sed -n "s/.*data-ticket=\"\([^\"]*\)\".*/\1/p" body | head -n 1)
	attempt=$(sed -n "s/.*data-attempt=\"\([^\"]*\)\".*/\1/p" body | head -n 1)
	pp-sandbox pay --url "$(<sandbox.url)" - <<<"$ticket" | jq -r .result
	ask -d "form=$form&attempt=$attempt" "$URL/result"
	grep -i "^location: " head.lines | sed "s/$TOKEN/TOKEN/; s/.*: //"
	ask "$URL"
	pp-status T-1 | jq -c "[.state, .paid]"
	echo "== not public, too large, unknown"
	ask https://pay.example.com/healthz
	curl -s http://127.0.0.1:8080/healthz | head -c 2; echo
	head -c 20000 /dev/zero | ask --data-binary @- "$URL/pay"
	ask "https://pay.example.com/p/$TOKEN/x?y=$TOKEN"
	ask "https://pay.example.com//p/$TOKEN"
	echo "== old protocols are refused"
	curl -s --cacert "${CA:-cert.pem}" --tls-max 1.1 -o /dev/null \
	    "$URL" || echo refused
	echo "== who asks is who is counted, whatever he says"
	for ((i = 0; i < 80; i++)); do
		curl -s --cacert "${CA:-cert.pem}" -o /dev/null -w "%{http_code}\n" \
		    -H "X-Forwarded-For: 203.0.113.$i" "$URL/state"
	done | sort | uniq -c | awk "{ print (\$1 > 20), \$2 }"
	curl -s --cacert "${CA:-cert.pem}" --interface 127.0.0.2 -o /dev/null \
	    -w "%{http_code}\n" "$URL/state"
	echo "== the page is away"
	kill "$PAGE"
	wait "$PAGE" || :
	ask "$URL"
	has_header "retry-after: .*"
	has_header "strict-transport-security: .*"
	grep -o "ne payez pas de nouveau" body
	rm page.url
	page_up
	sleep 61
	ask --interface 127.0.0.3 "$URL"
	echo "== no token in any log"
	sync
	# shellcheck disable=SC2086
	for f in $LOGS page.err; do
		! grep -F -e "$TOKEN" -e "$ticket" -e "$form" "$f" ||
		    fail "a secret in $f"
	done
	grep -c "127.0.0.2" page.err
}
'

@test "nginx" {
	command -v nginx >/dev/null || skip 'no nginx'
	does "STORY=$STORY" <<'END'
set -e
eval "$STORY"
site
certs=/etc/letsencrypt/live/pay.example.com
mkdir -p $certs
cp cert.pem $certs/fullchain.pem
cp key.pem $certs/privkey.pem
rm -f /etc/nginx/sites-enabled/*
cp /usr/local/share/pp/site/nginx.conf /etc/nginx/conf.d/pp.conf
nginx -q -t
nginx
LOGS='/var/log/nginx/*.log'
story
grep -oE '(GET|POST) [^ ]+ [0-9]+' /var/log/nginx/pp.log | sort -u
nginx -s stop
END
	out_is "$(told 301 'Moved Permanently')
GET - 404
GET /p/* 200
GET /p/* 404
GET /p/* 503
GET /p/*/state 200
GET /p/*/state 429
GET /p/*/x 404
POST /p/*/pay 200
POST /p/*/pay 413
POST /p/*/result 303"
}

# told STATUS WORDS OF THE REDIRECT
told() {
	cat <<END
== http goes to https
HTTP/1.1 $1 $2
https://pay.example.com/p/TOKEN
== the page, with its headers, once
HTTP/2 200
strict-transport-security: max-age=63072000
1
cache-control: no-store
0
== a whole payment
HTTP/2 200
approved
HTTP/2 303
/p/TOKEN
HTTP/2 200
["paid","100.00"]
== not public, too large, unknown
HTTP/2 404
ok
HTTP/2 413
HTTP/2 404
HTTP/2 404
== old protocols are refused
refused
== who asks is who is counted, whatever he says
1 200
1 429
200
== the page is away
HTTP/2 503
retry-after: 60
strict-transport-security: max-age=63072000
ne payez pas de nouveau
HTTP/2 200
== no token in any log
1
END
}

@test "Caddy" {
	command -v caddy >/dev/null || skip 'no caddy'
	does "STORY=$STORY" <<'END'
set -e
eval "$STORY"
site
mkdir -p /var/log/caddy
# Nobody signs a certificate here: its own authority does.
sed 's/^pay.example.com {$/&\n\ttls internal/' \
    /usr/local/share/pp/site/Caddyfile >Caddyfile
caddy run --config Caddyfile --adapter caddyfile >caddy.log 2>&1 &
until_ok test -s .local/share/caddy/pki/authorities/local/root.crt
CA=.local/share/caddy/pki/authorities/local/root.crt
until_ok curl -s --cacert $CA -o /dev/null https://pay.example.com/robots.txt
LOGS='/var/log/caddy/pp.log caddy.log'
story
jq -r '.request.uri + " " + (.status | tostring)' /var/log/caddy/pp.log |
    sort -u
END
	out_is "$(told 308 'Permanent Redirect')
* 200
* 404
/p/* 200
/p/* 303
/p/* 308
/p/* 404
/p/* 413
/p/* 429
/p/* 503"
}
