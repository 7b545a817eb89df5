#!/usr/bin/env bats
# What commands say to people: French and English, whole and complete; what
# programs read stays as it is.

bats_require_minimum_version 1.5.0
load helper
load cmds

setup() {
	cmds_setup
	export LANGUAGE=fr	# with LC_ALL=C.UTF-8, no locale need be made
}

teardown() {
	cmds_teardown
}

@test "every text of the sources is in po/fr.po, translated, and no other" {
	cd "$PP_TEST_SRCDIR"
	sh po/extract >"$BATS_TEST_TMPDIR/pp.pot"
	cd "$BATS_TEST_TMPDIR"
	# Not less, nothing empty or fuzzy, conversions kept ...
	msgcmp "$PP_TEST_SRCDIR/po/fr.po" pp.pot
	msgfmt --check -o /dev/null "$PP_TEST_SRCDIR/po/fr.po"
	# ... and not more.
	same 'texts that no source says' "$(msgcomm --more-than=0 --unique \
	    pp.pot "$PP_TEST_SRCDIR/po/fr.po" 2>/dev/null |
	    grep -c '^msgid "[^"]' || :)" 0
}

@test "French typography: no typewriter apostrophe, no-break spaces" {
	local nb=$'\u00a0'
	msgattrib --no-wrap --translated "$PP_TEST_SRCDIR/po/fr.po" |
	    sed -n -e '1,/^$/d' -e '/^msgstr/,/^$/p' >fr
	run ! grep -E "[a-zà-ÿ]'[a-zà-ÿ]" fr
	run ! grep -E "[^$nb]:( |\")" fr
	run ! grep -E "« |[^$nb]»" fr
	run ! grep -E "[a-zà-ÿ][ $nb][;?!]" fr
}

@test "no text for people stands in the sources without its mark" {
	cd "$PP_TEST_SRCDIR"
	yields perl tests/unmarked.pl cmd/*.c lib/*.c providers/*.c
	out_is ''
}

@test "the search for unmarked texts finds what it should" {
	cat >bad.c <<-'EOF'
	/* printf("in a comment"); */
	int
	f(int yes)
	{
		puts("bare words");
		printf(_("marked %s\n"), yes ? "glued" : "");
		pp_cmd_note(cmd, yes ? N_("one %d") : "other %d", 1);
		pp_err_set(err, PP_DATA, "%s is %s", name,
		    yes ? "open" : _("shut"));
		pp_err_member(err, PP_DATA, "amount", "a format is "
		    "translated there");
		warnx("%s: %s", "--option", err.msg);
		return fprintf(stderr, "%s\n", ngettext("a %d", "b %d", 2));
	}
	EOF
	expect 1 perl "$PP_TEST_SRCDIR/tests/unmarked.pl" bad.c
	out_is 'bad.c:5: "bare words"
bad.c:6: "glued"
bad.c:7: "other %d"
bad.c:9: "open"'
}

@test "in French: errors, wrong use, hints, words of the C library" {
	refused 2 "pp-link: nonsense : verbe inconnu
$(pp-link -h)" pp-link nonsense
	added
	refused 3 'pp-task: T-1: tâche inconnue' pp-task show T-1
	expect 78 pp-task show T-1 -c /nowhere/pp.conf
	err_has 'Aucun fichier ou dossier de ce type'
}

@test "in French: tables, their titles and words, yes and no" {
	added
	expect 0 pp-link create --open -o table <<<'{"task":"T-1","total":"10.00"}'
	out_has 'TÂCHE'
	out_has 'ouvert'
	out_has "magasin d’essai"
	expect 0 pp-status --state unpaid -o table
	out_has 'impayé'
	expect 0 pp-integration list -o table
	out_has 'FAVORITE'
	out_has 'oui'
	on_tty 0 'pp-status T-1'
	out_has 'T-1 : impayé (magasin d’essai : aucun argent réel)'
	out_has 'solde 10.00'
	expect 0 pp-status --why T-1 -o table
	out_has 'CE QUI LE CHANGERAIT'
	out_has 'Un paiement du client par son lien.'
}

@test "what programs read is the same in every language" {
	local form
	added
	expect 0 pp-link create --open <<<'{"task":"T-1","total":"10.00"}'
	for form in json csv tsv; do
		expect 0 pp-status --state unpaid -o "$form"
		LANGUAGE= same "$form" "$output" \
		    "$(LANGUAGE= pp-status --state unpaid -o "$form")"
		expect 0 pp-integration list -o "$form"
		same "$form" "$output" \
		    "$(LANGUAGE= pp-integration list -o "$form")"
	done
	same SYNOPSIS "$(pp-link -h)" "$(LANGUAGE= pp-link -h)"
	# Errors too, when they are asked for as documents.
	expect 3 pp-task show T-2 -o json
	same message "$(json .message <<<"$stderr")" 'no such task'
}

@test "the language is the locale's, made on this machine or not" {
	unset LANGUAGE
	say() {
		env "$@" pp-link nonsense 2>&1 | head -n 1
	}
	same C.UTF-8 "$(say LC_ALL=C.UTF-8)" 'pp-link: nonsense: no such verb'
	same C "$(say LC_ALL=C LANGUAGE=fr)" 'pp-link: nonsense: no such verb'
	same English "$(say LC_ALL=en_CA.UTF-8)" \
	    'pp-link: nonsense: no such verb'
	same French "$(say LC_ALL=fr_CA.UTF-8)" \
	    'pp-link: nonsense : verbe inconnu'
	same LANG "$(say LC_ALL= LC_MESSAGES= LANG=fr_FR.ISO-8859-1)" \
	    'pp-link: nonsense : verbe inconnu'
	same LC_MESSAGES "$(say LC_ALL= LC_MESSAGES=C LANG=fr_CA.UTF-8)" \
	    'pp-link: nonsense: no such verb'
	same 'a list' "$(say LC_ALL=en_CA.UTF-8 LANGUAGE=de:fr)" \
	    'pp-link: nonsense : verbe inconnu'
}

# The commands that a page types, and the words of its tables that are code.
typed() {
	sed -n -e '/^[$>] /p' -e 's/^| [^|]* | \(`[^`]*`\) |.*/\1/p' \
	    -e '/^    \.\//p' -e '/^## /s/ .*//p' "$@"
}

@test "the README's first part in French types what the English one does" {
	cd "$PP_TEST_SRCDIR"
	same commands "$(typed README.fr.md)" \
	    "$(sed '/^## What you may rely on/,$d' README.md | typed)"
	[[ $(typed README.fr.md | grep -c '^\$') -ge 4 ]]
}

@test "pp(7) in French is the English one: what is typed, statuses, pages" {
	local f
	cd "$PP_TEST_SRCDIR"
	for f in '/^[$>] /p' '/^\.It [0-9]/p' '/^\.Xr/p' '/^\.It Xr/s/ Ta .*//p' \
	    '/^\.It Pa/p' '/^\.Dl/p' '/^\.S[hs] /s/ .*//p'; do
		same "$f" "$(sed -n "$f" man/fr/pp.7)" \
		    "$(sed -n "$f" man/pp.7)"
	done
}
