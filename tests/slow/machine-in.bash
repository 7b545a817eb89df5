# shellcheck shell=bash
# What scripts inside a machine have (machine.bash).

# fail WORD...: ends the script.
fail() {
	printf 'failed: %s\n' "$*"
	exit 1
}

# until_ok CMD...: within 20 seconds.
until_ok() {
	local _n

	for _n in {1..80}; do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.25
	done
	fail "$* within 20 s"
}

# later SECONDS: the clock of all of pp, units too, goes on.
later() {
	SHIFT=$((${SHIFT:-0} + $1))
	printf '+%d\n' "$SHIFT" >/var/now
}

# world: the service user, the offline processor, an integration, a page that
# is told its address.
world() {
	systemd-sysusers
	systemd-tmpfiles --create pp.conf
	later 0
	export PP_NOW=/var/now
	systemctl set-environment PP_NOW=/var/now 2>/dev/null || :
	printf 'yesguy\n' >token
	chmod 600 token
	cat >/etc/pp/pp.conf <<-'END'
	[business]
	name = Plomberie Exemple
	[page]
	url = http://127.0.0.1:8080
	trusted_proxies = 127.0.0.1
	limit_per_address = 0
	limit_per_link = 0
	END
	pp-sandbox --listen 127.0.0.1:9000 --seed 1 >sandbox.url &
	until_ok test -s sandbox.url
	pp-integration add moneris -q --environment sandbox \
	    --gateway-url "$(<sandbox.url)" --store-id store5 \
	    --checkout-id chktSANDBOX --api-token-file token >/dev/null
}

# link TASK AMOUNT: URL and LINK.
link() {
	pp-link create --task "$1" --total "$2" --email c@example.com -o json \
	    >link.json || return
	URL=$(jq -r .payment_link.url link.json)
	LINK=$(jq -r .payment_link.id link.json)
}

pay() {
	pp-sandbox pay --link - "$@" <<<"$URL"
}
