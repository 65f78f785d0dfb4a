# A filter by itself: octets go in as reads would bring them, and what comes of
# them is printed.  framing.h is the same.
package Framing;
use strict;
use warnings;
use Exporter 'import';
use Parity qw(note);
use Peer;

our @EXPORT = qw(filter show_with feed out);

my $filter;
my $show = sub { note("record: ", spell($_[0])) };

# How records are printed, if not as text.
sub show_with { ($show) = @_ }

# The filter to frame with from here on; the one there is.
sub filter {
    ($filter) = @_ if @_;
    return $filter;
}

sub spell {
    my ($record) = @_;
    return "[" . join(", ", map { peer_spell($_) } @$record) . "]" if ref $record;
    return peer_spell($record);
}

# Each one a read: prints it, and the records that come of it, or "refused".
sub feed {
    for my $octets (@_) {
        note("in: ", peer_spell($octets));
        my $records = eval { $filter->get([$octets]) };
        $show->($_) for @{ $records // [] };
        note("refused") unless $records;
    }
}

sub out { note("out: ", peer_spell(join "", @{ $filter->put([@_]) })) }

1;
