#!/usr/bin/env bash
# perl: hashes, strings, regular expressions, sorting.
. "$(dirname "$0")/app.sh"

prepare() {
    cat >work.pl <<'TEXT'
my (%words, @lines);
my $x = 12345;
for my $i (1 .. 30000) {
    $x = ($x * 1103515245 + 12345) % 2147483648;
    push @lines, join(" ", map { "w" . (($x >> $_) % 997) } 1 .. 8);
}
for (@lines) { $words{$_}++ for split /\s+/; s/w(\d)(\d)/$2-$1/g; }
print scalar(keys %words), "\n";
print join(",", (sort { $words{$b} <=> $words{$a} || $a cmp $b } keys %words)[0 .. 9]), "\n";
my %index; push @{$index{substr($_, 0, 4)}}, $_ for @lines;
print join("\n", map { "$_ " . @{$index{$_}} } (sort keys %index)[0 .. 9]), "\n";
print length(join "", sort @lines), "\n";
TEXT
}

work() { run perl work.pl; }
app "$@"
