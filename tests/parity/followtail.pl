# The FollowTail wheel.  The same as followtail.c.
use strict;
use warnings;
use POSIX ();
use POE qw(Wheel::FollowTail Filter::Block);
use Parity;

my $wheel;
my $path = "/tmp/libpoe-parity.$$";
my $other = "$path.1";

sub follow {
    $wheel = POE::Wheel::FollowTail->new(
        Filename     => $path,
        InputEvent   => "line",
        ErrorEvent   => "error",
        ResetEvent   => "reset",
        PollInterval => 0.02,
        @_,
    );
}

sub put {
    my ($mode, $text, $name) = @_;
    open my $file, $mode, $name // $path or die "$path: $!";
    syswrite $file, $text;
    close $file;
}

sub drop { undef $wheel }

sub later { $POE::Kernel::poe_kernel->delay(later => 0.03) }

# Plays, and leaves nothing behind.
sub play_in_tmp { play(); unlink $path, $other }

my $cast = "A: _start later line/.x reset/x error/.e.x _stop";

scenario appended => $cast, {
    "A _start" => sub { put(">", "old\n"); follow(); later() },
    "A later"  => sub { put(">>", "one\n") },
    "A line"   => sub { $_[ARG0] eq "one" ? put(">>", "two\n") : drop() },
}, \&play_in_tmp;

scenario from_its_beginning => $cast, {
    "A _start" => sub { put(">", "one\ntwo\n"); follow(Seek => 0) },
    "A line"   => sub { drop() if $_[ARG0] eq "two" },
}, \&play_in_tmp;

scenario from_an_offset => $cast, {
    "A _start" => sub { put(">", "one\ntwo\nthree\n"); follow(Seek => 4) },
    "A line"   => sub { drop() if $_[ARG0] eq "three" },
}, \&play_in_tmp;

scenario some_octets_back => $cast, {
    "A _start" => sub { put(">", "one\ntwo\nthree\n"); follow(SeekBack => 10) },
    "A line"   => sub { drop() if $_[ARG0] eq "three" },
}, \&play_in_tmp;

scenario further_back_than_its_beginning => $cast, {
    "A _start" => sub { put(">", "one\ntwo\n"); follow(SeekBack => 1000) },
    "A line"   => sub { drop() if $_[ARG0] eq "two" },
}, \&play_in_tmp;

scenario from_within_a_line => $cast, {
    "A _start" => sub { put(">", "old\nha"); follow(); later() },
    "A later"  => sub { put(">>", "lf\n") },
    "A line"   => \&drop,
}, \&play_in_tmp;

scenario line_in_pieces => $cast, {
    "A _start" => sub { put(">", "on"); follow(Seek => 0); later() },
    "A later"  => sub { put(">>", "e\ntwo\n") },
    "A line"   => sub { drop() if $_[ARG0] eq "two" },
}, \&play_in_tmp;

scenario not_there_yet => $cast, {
    "A _start" => sub { follow(); later() },
    "A later"  => sub { put(">", "one\n") },
    "A line"   => \&drop,
}, \&play_in_tmp;

scenario rotated => $cast, {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0) },
    "A line"   => sub {
        return drop() if $_[ARG0] eq "two";
        rename $path, $other;
        put(">", "two\n");
    },
}, \&play_in_tmp;

scenario rotated_and_still_written => $cast, {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0) },
    "A line"   => sub {
        return drop() if $_[ARG0] eq "two";
        return if $_[ARG0] ne "one";
        rename $path, $other;
        put(">>", "last words\n", $other);
        put(">", "two\n");
    },
}, \&play_in_tmp;

scenario truncated => $cast, {
    "A _start" => sub { put(">", "one\nlonger than what follows\n"); follow(Seek => 0) },
    "A line"   => sub {
        put(">", "two\n") if $_[ARG0] =~ /longer/;
        drop() if $_[ARG0] eq "two";
    },
}, \&play_in_tmp;

scenario deleted_and_there_again => $cast, {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0) },
    "A line"   => sub {
        return drop() if $_[ARG0] eq "two";
        unlink $path;
        later();
    },
    "A later" => sub { put(">", "two\n") },
}, \&play_in_tmp;

# What was begun is joined with what follows the reset, here.
scenario half_a_line_and_truncated => $cast, {
    "A _start" => sub { put(">", "one\nhalf"); follow(Seek => 0) },
    "A line"   => sub { $_[ARG0] eq "one" ? later() : drop() },
    "A later"  => sub { put(">", "two\n") },
}, \&play_in_tmp;

scenario idle => "A: _start line/.x idle/x _stop", {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0, IdleEvent => "idle") },
    "A idle"   => \&drop,
}, \&play_in_tmp;

scenario handle => $cast, {
    "A _start" => sub {
        put(">", "one\n");
        open my $file, "<", $path;
        follow(Filename => undef, Handle => $file, Seek => 0);
    },
    "A line" => sub { $_[ARG0] eq "one" ? put(">>", "two\n") : drop() },
}, \&play_in_tmp;

scenario event_changed => "A: _start line/.x other/.x _stop", {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0) },
    "A line"   => sub {
        $wheel->event(InputEvent => "other");
        put(">>", "two\n");
    },
    "A other" => \&drop,
}, \&play_in_tmp;

scenario filter => $cast, {
    "A _start" => sub {
        put(">", "abcdefgh");
        follow(Seek => 0, Filter => POE::Filter::Block->new(BlockSize => 3));
    },
    "A line" => sub { $_[ARG0] eq "def" ? put(">>", "i") : $_[ARG0] eq "ghi" && drop() },
}, \&play_in_tmp;

scenario where_it_is => $cast, {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0) },
    "A line"   => sub {
        note("at ", $wheel->tell);
        $_[ARG0] eq "one" ? put(">>", "two\n") : drop();
    },
}, \&play_in_tmp;

scenario fifo => $cast, {
    "A _start" => sub {
        POSIX::mkfifo($path, 0600);
        follow(PollInterval => undef);
        put(">", "one\n");
    },
    "A line" => \&drop,
}, \&play_in_tmp;

scenario freed => $cast, {
    "A _start" => sub { put(">", "one\n"); follow(Seek => 0); drop() },
}, \&play_in_tmp;

main();
