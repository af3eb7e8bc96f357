#!/usr/bin/perl
# case-table.pl >kernel/rtl_case_table.h - the simple case mappings of the BMP, out of perl's own Unicode
# tables, as ranges. A pair is taken when it leads back: lc(uc(x)) is x. That leaves out what Windows leaves
# alone as well: dotless i, long s, micro sign, title-case digraphs. Final sigma alone is added, as in the
# up-case table of Microsoft's exFAT specification.
use strict;
use warnings;
use Unicode::UCD qw(charinfo);

my (%up, %down);
for my $code (0x80 .. 0xffff) {
    my $info = charinfo($code) or next;
    my $upper = hex($info->{upper} || 0) or next;
    next if $upper > 0xffff || $upper < 0x80;
    my $back = charinfo($upper) or next;
    next if hex($back->{lower} || 0) != $code;
    $up{$code} = $upper;
    $down{$upper} = $code;
}
$up{0x3c2} = 0x3a3;

sub ranges {
    my ($map) = @_;
    my @ranges;
    for my $code (sort { $a <=> $b } keys %$map) {
        my $delta = $map->{$code} - $code;
        my $last = @ranges ? $ranges[-1] : undef;
        if ($last && $last->{delta} == $delta) {
            my $gap = $code - $last->{last};
            $last->{step} = $gap if $last->{first} == $last->{last} && $gap <= 2;
            if ($gap == $last->{step}) {
                $last->{last} = $code;
                next;
            }
        }
        push @ranges, { first => $code, last => $code, step => 1, delta => $delta };
    }
    return @ranges;
}

sub table {
    my ($name, $map) = @_;
    my $line = "static const struct case_range $name\[] = {\n   ";
    for my $range (ranges($map)) {
        my $cell = sprintf(" {0x%04x, 0x%04x, %d, %d},", @$range{qw(first last step delta)});
        if (length($line) - rindex($line, "\n") + length($cell) > 98) {
            $line .= "\n   ";
        }
        $line .= $cell;
    }
    print "$line\n};\n";
}

my $version = Unicode::UCD::UnicodeVersion();
print <<"END";
/* rtl_case_table.h - letters beyond ASCII with a counterpart in the other case, Unicode $version.
 * Made by tools/case-table.pl. Sorted; every `step`th letter of a range moves by `delta`. */
#ifndef KERNEL_RTL_CASE_TABLE_H
#define KERNEL_RTL_CASE_TABLE_H

#include <stdint.h>

struct case_range {
    uint16_t first;
    uint16_t last;
    uint8_t step;
    int32_t delta;
};

END
print "/* clang-format off */\n";
table('upper_ranges', \%up);
print "\n";
table('lower_ranges', \%down);
print "/* clang-format on */\n\n#endif\n";
