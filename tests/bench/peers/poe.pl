#!/usr/bin/perl
# Perl's POE with its default loop (select).  poe_pool.pl and poe_tcp.pl,
# beside this file, have the benches of its connection manager and its server.
#
# yield          A session yields to itself, one argument.  Counted: each event.
# pingpong, ring 2 or 503 sessions post a token round.  Counted: each event.
# deep           100,000 events posted, then run; the first time in the process.
# session_bytes  Resident bytes for each of 30,000 idle sessions.
# session_churn  Creates a session that stops at once, again and again.
# follow_tail    A file of lines of 100 octets grows by a megabyte whenever its
#                end is reached.  Counted: each octet.
# run_spawn      /bin/true in a Wheel::Run, until it has ended and is closed.
# line_filter    Filter::Line frames lines of 100 octets out of chunks of 64 KiB.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use POSIX ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);
use POE qw(Filter::Line Wheel::Run);

my %benches = (
    yield         => [\&yield,                     "events/s"],
    pingpong      => [sub { pass_token(2, @_) },   "events/s"],
    ring          => [sub { pass_token(503, @_) }, "events/s"],
    deep          => [\&deep,                      "events/s"],
    session_bytes => [\&session_bytes,             "bytes"],
    session_churn => [\&session_churn,             "sessions/s"],
    follow_tail   => [\&follow_tail,               "MB/s"],
    run_spawn     => [\&run_spawn,                 "us"],
    line_filter   => [\&line_filter,               "MB/s"],
);

sub main {
    my $name  = shift // "";
    my $scale = shift // 1;
    my $bench = $benches{$name} // benches_of("poe_tcp.pl")->{$name} // benches_of("poe_pool.pl")->{$name};
    if (!$bench) {
        print STDERR "poe: no bench named \"$name\"\n";
        return 2;
    }
    my ($run, $unit) = @$bench;
    printf "%s.poe %.0f %s\n", $name, $run->($scale), $unit;
    return 0;
}

sub benches_of {
    return require(File::Spec->rel2abs(dirname(__FILE__)) . "/" . shift);
}

sub count {
    my ($scale, $count) = @_;
    return $scale * $count < 1 ? 1 : int($scale * $count);
}

sub now { return clock_gettime(CLOCK_MONOTONIC) }

# Runs until no session is left, and returns the seconds that it took.
sub run_kernel {
    my $start = now();
    $poe_kernel->run;
    return now() - $start;
}

sub yield {
    my $count = count(shift, 80_000);
    POE::Session->create(
        inline_states => {
            _start => sub { $_[KERNEL]->yield(tick => $count) },
            tick   => sub { $_[KERNEL]->yield(tick => $_[ARG0] - 1) if $_[ARG0] > 1 },
        }
    );
    return $count / run_kernel();
}

# The sessions stay because each has an alias; the end takes them all away.
sub pass_token {
    my ($size, $scale) = @_;
    my $count = count($scale, 80_000);
    my @ring;
    for my $place (0 .. $size - 1) {
        my $session = POE::Session->create(
            heap          => ($place + 1) % $size,
            inline_states => {
                _start => sub { $_[KERNEL]->alias_set("member $place") },
                token  => sub {
                    my ($kernel, $next, $left) = @_[KERNEL, HEAP, ARG0];
                    return $kernel->stop if $left == 1;
                    $kernel->post($ring[$next], token => $left - 1);
                },
            }
        );
        push @ring, $session->ID;
    }
    $poe_kernel->post($ring[0], token => $count);
    return $count / run_kernel();
}

sub deep {
    my $count = count(shift, 100_000);
    my $start;
    POE::Session->create(
        inline_states => {
            _start => sub {
                $start = now();
                $_[KERNEL]->yield(event => $_) for 1 .. $count;
            },
            event => sub { },
        }
    );
    $poe_kernel->run;
    return $count / (now() - $start);
}

# A reference is the least that keeps a session.
sub idle_session {
    POE::Session->create(
        inline_states => {
            _start => sub { $_[KERNEL]->refcount_increment($_[SESSION]->ID, "idle") },
        }
    );
}

sub resident {
    open my $statm, "<", "/proc/self/statm" or die "/proc/self/statm: $!\n";
    return (split " ", <$statm>)[1] * POSIX::sysconf(POSIX::_SC_PAGESIZE);
}

sub session_bytes {
    my $count = count(shift, 30_000);
    idle_session();
    my $before = resident();
    idle_session() for 1 .. $count;
    return (resident() - $before) / $count;
}

sub session_churn {
    my $count = count(shift, 40_000);
    my $start = now();
    POE::Session->create(inline_states => { _start => sub { } }) for 1 .. $count;
    return $count / (now() - $start);
}

sub line_filter {
    my $count  = count(shift, 20);
    my $chunk  = ("x" x 99 . "\n") x 655;
    my $filter = POE::Filter::Line->new;
    my $lines  = 0;
    my $start  = now();
    for (1 .. $count) {
        $filter->get_one_start([$chunk]);
        while (@{$filter->get_one}) { $lines++ }
    }
    return $lines * 100 / (now() - $start) / 1e6;
}

sub run_spawn {
    my $count = count(shift, 200);
    my ($left, $wheel, $ends) = ($count);
    my $start = sub {
        $ends  = 0;
        $wheel = POE::Wheel::Run->new(
            Program     => ["/bin/true"],
            StdoutEvent => "line",
            StderrEvent => "line",
            CloseEvent  => "end",
        );
        $poe_kernel->sig_child($wheel->PID, "end");
    };
    POE::Session->create(
        inline_states => {
            _start => $start,
            line   => sub { },
            end    => sub {
                return if ++$ends < 2;
                undef $wheel;
                $start->() if --$left > 0;
            },
        }
    );
    return run_kernel() / $count * 1e6;
}

sub follow_tail {
    my $chunks = count(shift, 10);
    my $chunk  = ("x" x 99 . "\n") x 10_000;
    require File::Temp;
    require POE::Wheel::FollowTail;
    my ($file, $path) = File::Temp::tempfile(UNLINK => 1);
    my ($octets, $lines) = ($chunks * length $chunk, $chunks * 10_000);
    POE::Session->create(
        inline_states => {
            _start => sub {
                $_[HEAP]{wheel} = POE::Wheel::FollowTail->new(
                    Filename     => $path,
                    InputEvent   => "line",
                    IdleEvent    => "grow",
                    PollInterval => 0,
                );
            },
            grow => sub { syswrite $file, $chunk if $chunks-- > 0 },
            line => sub { delete $_[HEAP]{wheel} if --$lines == 0 },
        }
    );
    my $taken = run_kernel();
    unlink $path;
    return $octets / 1e6 / $taken;
}

# Whatever is left in the kernel is not taken apart piece by piece.
my $status = main(@ARGV);
STDOUT->flush;
POSIX::_exit($status);
