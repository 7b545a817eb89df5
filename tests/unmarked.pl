#!/usr/bin/perl
# Finds texts for people that no translator would see: tests/unmarked.pl FILE.c...
#
# Prints "FILE:LINE: TEXT" for each literal with a word in it that is handed
# to a function that prints or sets an error and stands in no _(), N_() or
# ngettext().  The format of a function that translates it itself need not be
# in _(), but then it must be one literal: po/extract sees no second one, as
# behind the colon of ?:.  Words handed to %s are sentences glued from parts.
use strict;
use warnings;

# What each takes for a format, counted from 0; -1: none that it translates.
my %format = (
	pp_err_set => 2, pp_err_member => 3, pp_err_hint => 1,
	complain => 1, pp_cmd_note => 1, pp_cmd_verbose => 1, pp_cmd_usage => 1,
	map { $_ => -1 } qw(printf fprintf vfprintf dprintf puts fputs fputs_unlocked
	    warn warnx err errx),
);
# What programs read, or no language: options, names of commands, conversions;
# the lines of --list-options; the access log; what Prometheus reads.
my @fine = (
	qr/^"-[-\w]*[= ]?"$/, qr/^"pp-[a-z]+ ?"$/,
	qr/^"(?:# HELP|pp_[a-z_]+[{ ]|,version=)/, qr/^"(?:verb %s|option --)/, qr/^"(?:arg|null|api_token)"$/, qr/^"%s %s %s %u %zu %lldms/,
);
my $names = join '|', map { quotemeta } keys %format;
my $string = qr/"(?:[^"\\]|\\.)*"/s;
my $found = 0;

# The arguments of the call whose parenthesis opens just before pos.
sub arguments {
	my ($text, $at) = @_;
	my ($depth, $from, @args) = (0, $at);
	pos($text) = $at;
	while ($text =~ /\G($string|'(?:[^'\\]|\\.)*'|.)/gcs) {
		my $c = $1;
		$depth++ if $c =~ /^[(\[{]$/;
		if ($c =~ /^[)\]}]$/ && $depth-- == 0) {
			push @args, [$from, substr $text, $from,
			    pos($text) - 1 - $from];
			return @args;
		}
		if ($c eq ',' && $depth == 0) {
			push @args, [$from, substr $text, $from,
			    pos($text) - 1 - $from];
			$from = pos $text;
		}
	}
	return;
}

# Blanks out what is marked, comments too; places stay.
sub blank {
	my ($s) = @_;
	$s =~ s/[^\n]/ /g;
	return $s;
}

for my $file (@ARGV) {
	open my $fh, '<', $file or die "$file: $!\n";
	my $text = do { local $/; <$fh> };
	$text =~ s{($string|'(?:[^'\\]|\\.)*')|(/\*.*?\*/|//[^\n]*)}
	    {defined $1 ? $1 : blank($2)}ges;
	$text =~ s{(\b(?:N?_|ngettext|gettext)\()((?:\s*(?:$string|PRI\w+)\s*,?)+)}
	    {$1 . blank($2)}ges;
	while ($text =~ /\b($names)\(/g) {
		my ($name, $end) = ($1, pos $text);
		my @args = arguments($text, $end);
		for my $i (0 .. $#args) {
			next if $name eq 'pp_err_member' && $i == 2;
			my ($at, $arg) = @{$args[$i]};
			$arg =~ s/^(\s*)$string(?:\s*$string|\s*PRI\w+)*\s*$/blank($&)/es
			    if $i == $format{$name};
			while ($arg =~ /$string/g) {
				my ($word, $off) = ($&, $-[0]);
				(my $bare = $word) =~
				    s/\\.|%[-+ #0]*[\d.*]*(?:ll|l|z|j)?[a-zA-Z]//g;
				next if $bare !~ /[A-Za-z]{2}/ ||
				    grep { $word =~ $_ } @fine;
				my $line = 1 + (substr($text, 0, $at + $off)
				    =~ tr/\n//);
				print "$file:$line: $word\n";
				$found = 1;
			}
		}
	}
}
exit $found;
