# The commands of a page's EXAMPLES or of a Markdown file, as one would type
# them: lines that begin with "$ ", and those that go on after "> ".  A command
# that ends with & has started a server: its address is waited for.
#
#	mandoc -T utf8 PAGE | col -bx | awk -v section=EXAMPLES -f examples.awk
#	awk -v section= -f examples.awk README.md

section != "" && /^[A-Z]/ {
	inside = $0 == section
	next
}
section == "" {
	inside = 1
}
!inside {
	next
}
/^ *\$ / {
	finish()
	sub(/^ *\$ /, "")
	command = $0
	next
}
/^ *> / && command != "" {
	sub(/^ *> /, "")
	command = command "\n" $0
	next
}
{
	finish()
}
END {
	finish()
}

function finish() {
	if (command == "")
		return
	printf "printf '%%s\\n' '+ %s'\n", quoted(command)
	print command
	if (command ~ /&$/)
		print "ready"
	command = ""
}

function quoted(s) {
	gsub(/'/, "'\\''", s)
	return s
}
