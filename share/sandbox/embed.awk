# Turns text files into C strings, so that pp-sandbox needs no installed data:
# share/sandbox/form.en.html becomes sandbox_asset_form_en_html.
BEGIN {
	print "/* Made by embed.awk from share/sandbox; do not edit. */"
	print "#include \"config.h\"\n"
	print "#include \"sandbox_assets.h\""
	print "#include \"banned.h\""
}
FNR == 1 {
	if (NR > 1)
		print ";"
	name = FILENAME
	sub(/.*\//, "", name)
	gsub(/[^A-Za-z0-9]/, "_", name)
	printf "\nconst char sandbox_asset_%s[] =\n", name
}
{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	gsub(/\t/, "\\t")
	printf "    \"%s\\n\"\n", $0
}
END { print ";" }
