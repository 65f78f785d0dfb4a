# Filters of records: Map, Grep, RecordBlock, and stacks of them.  The same as filter_records.c.
use strict;
use warnings;
use POE qw(Filter::Grep Filter::Line Filter::Map Filter::RecordBlock Filter::Stackable Wheel::ReadWrite);
use Framing;
use Parity;
use Peer;

sub line  { POE::Filter::Line->new(Literal => "\n") }
sub upper { POE::Filter::Map->new(Get => sub { uc $_ }, Put => sub { lc $_ }) }
sub vowel { /^[aeiou]/i }
sub vowels { POE::Filter::Grep->new(Get => \&vowel, Put => \&vowel) }
sub pairs { POE::Filter::RecordBlock->new(BlockSize => 2, @_) }
sub stack { POE::Filter::Stackable->new(Filters => [@_]) }

scenario map_alone => "", {}, sub {
    filter(upper());
    feed("one", "Two\n");
    out("ONE", "Two");
};

scenario map_over_lines => "", {}, sub {
    filter(stack(line(), upper()));
    feed("one\ntwo\nth", "ree\n\n");
    out("ONE", "", "Two");
};

scenario map_same_both_ways => "", {}, sub {
    filter(stack(line(), POE::Filter::Map->new(Code => sub { uc $_ })));
    feed("one\n");
    out("two");
};

scenario map_drops => "", {}, sub {
    filter(stack(line(), POE::Filter::Map->new(Code => sub { vowel() ? uc $_ : () })));
    feed("one\ntwo\neight\n", "nine\n", "ten\nab\n");
    out("one", "two", "eight");
};

scenario map_modified => "", {}, sub {
    my $map = upper();
    filter(stack(line(), $map));
    feed("one\nhalf ");
    $map->modify(Get => sub { lc $_ });
    feed("A\nTWO\n");
    out("THREE");
};

scenario grep_alone => "", {}, sub {
    filter(vowels());
    feed("one", "two", "eight");
    out("one", "two", "eight");
};

scenario grep_over_lines => "", {}, sub {
    filter(stack(line(), vowels()));
    feed("one\ntwo\neight\nthree\n", "four\nu", "p\n");
    out("one", "two", "eight");
    out("two");
};

scenario grep_modified => "", {}, sub {
    my $grep = vowels();
    filter(stack(line(), $grep));
    feed("one\ntwo\n");
    $grep->modify(Get => sub { !vowel() });
    feed("one\ntwo\n");
    out("one", "two");
};

scenario record_block_over_lines => "", {}, sub {
    filter(stack(line(), pairs()));
    feed("one\ntwo\nthree\n", "four\nfive\n\nsix\n");
    out(["one", "two"], ["three", ""]);
};

scenario record_block_put_of_any_size => "", {}, sub {
    filter(stack(line(), pairs()));
    out(["one"], ["two", "three", "four"]);
};

scenario record_block_checked => "", {}, sub {
    filter(stack(line(), pairs(CheckPut => 1)));
    out(["one", "two"]);
};

# POE holds back what does not fill a block; libpoe refuses it.
scenario record_block_checked_and_short => "", {}, sub {
    filter(stack(line(), pairs(CheckPut => 1)));
    out(["one"]);
};

scenario stack_of_four => "", {}, sub {
    filter(stack(line(), vowels(), upper(), pairs()));
    feed("one\ntwo\neight\nup\nfour\n", "a\n");
    out(["A", "B"], ["ONE"]);
};

scenario stack_in_a_stack => "", {}, sub {
    filter(stack(stack(line(), upper()), vowels()));
    feed("one\ntwo\neig", "ht\n");
    out("One", "two");
};

scenario stack_clone => "", {}, sub {
    filter(stack(line(), pairs()));
    feed("one\ntwo\nthree\nfo");
    filter(filter()->clone());
    feed("ur\nfive\n");
};

scenario stack_pushed_and_popped => "", {}, sub {
    filter(stack(line()));
    feed("one\n");
    filter()->push(upper());
    feed("two\n");
    filter()->pop();
    feed("three\n");
    note("filters: ", scalar filter()->filters());
};

scenario stack_unshifted_and_shifted => "", {}, sub {
    filter(stack(upper()));
    feed("one\n");
    filter()->unshift(line());
    feed("two\nthree\n");
    filter()->shift();
    feed("four\nfive");
};

scenario stack_popped_with_records => "", {}, sub {
    filter(stack(line(), pairs()));
    feed("one\ntwo\nthree\n");
    filter()->pop();
    feed("four\n");
};

# What the lower filters have not framed yet: POE forgets it.
my ($wheel, $peer);
scenario stack_replaced_with_pending => "A: _start input/.x _stop", {
    "A _start" => sub {
        (my $ours, $peer) = peer_pair();
        $wheel = POE::Wheel::ReadWrite->new(
            Handle     => $ours,
            InputEvent => "input",
            Filter     => stack(line(), upper()),
        );
        peer_say($peer, "one\nha");
    },
    "A input" => sub {
        return undef $wheel if $_[ARG0] ne "ONE";
        $wheel->set_filter(line());
        peer_say($peer, "lf\n");
    },
};

main();
