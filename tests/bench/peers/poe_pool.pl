# The benches of POE::Component::Client::Keepalive, for poe.pl.  They need a server
# at BENCH_PORT that takes connections on all of 127.0.0.0/8.
#
# allocate_hit     Allocate, response event, free: one host, one kept connection.
# allocate_hit_8k  The same by turns over 1,000 hosts with a kept connection each
#                  (not 8,000: select takes no more than 1,024 files).
# handoff_1        A freed connection goes to the one request that waits for it.
# handoff_N        The same, but 4,000 wait: each free looks at all of them.
# connect          Allocate of a new connection, then close; 8 at a time, spread
#                  over 32 addresses.
# Told: wall clock for each such cycle.
use strict;
use warnings;
use POE qw(Component::Client::Keepalive);

sub manager {
    return POE::Component::Client::Keepalive->new(
        keep_alive => 600,
        max_open   => 5000,
        timeout    => 600,
        @_
    );
}

sub allocate {
    my ($manager, $address) = @_;
    $manager->allocate(
        scheme  => "http",
        addr    => $address,
        port    => $ENV{BENCH_PORT},
        event   => "got_connection",
        context => "context",
    );
}

# Runs the handlers in one session until one of them calls stop; returns the
# seconds since the "begin" handler set $_[HEAP]{start}.
sub run_session {
    my %handlers = @_;
    my $heap     = {};
    POE::Session->create(
        heap          => $heap,
        inline_states => {
            got_connection => sub {
                my $response = $_[ARG0];
                die "poe: $response->{error_str}\n" if !$response->{connection};
                goto &{ $handlers{got_connection} };
            },
            _start => $handlers{_start},
        }
    );
    $poe_kernel->run;
    return now() - $heap->{start};
}

sub address {
    my $host = shift;
    return sprintf "127.1.%d.%d", $host / 250, $host % 250 + 1;
}

# The first round opens the connections; what comes after it is timed.
sub allocate_hit {
    my ($hosts, $cycles, $scale) = @_;
    my $count   = count($scale, $cycles);
    my $manager = manager();
    my $done    = -$hosts;
    my $taken   = run_session(
        _start         => sub { allocate($manager, address(0)) },
        got_connection => sub {
            my ($heap, $response) = @_[HEAP, ARG0];
            delete $response->{connection};
            $done++;
            $heap->{start} = now() if $done == 0;
            return $_[KERNEL]->stop if $done == $count;
            allocate($manager, address($done % $hosts));
        },
    );
    return $taken / $count * 1e9;
}

# One connection; each who gets it asks for it again, then frees it.
sub handoff {
    my ($waiters, $cycles, $scale) = @_;
    my $count   = count($scale, $cycles);
    my $manager = manager(max_per_host => 1);
    my $done    = -2;
    my $taken   = run_session(
        _start         => sub { allocate($manager, address(0)) for 0 .. $waiters },
        got_connection => sub {
            my ($heap, $response) = @_[HEAP, ARG0];
            $done++;
            $heap->{start} = now() if $done == 0;
            return $_[KERNEL]->stop if $done == $count;
            allocate($manager, address(0));
            delete $response->{connection};
        },
    );
    return $taken / $count * 1e9;
}

sub connect_close {
    my $count   = count(shift, 3000);
    my $manager = manager();
    my $asked   = 0;
    my $done    = 0;
    my $ask     = sub { allocate($manager, address($asked++ % 32)) };
    my $taken   = run_session(
        _start => sub {
            $_[HEAP]{start} = now();
            $ask->() for 1 .. 8;
        },
        got_connection => sub {
            my $response = $_[ARG0];
            (delete $response->{connection})->close;
            return $_[KERNEL]->stop if ++$done == $count;
            $ask->();
        },
    );
    return $taken / $count * 1e6;
}

return {
    allocate_hit    => [sub { allocate_hit(1, 15_000, @_) },   "ns"],
    allocate_hit_8k => [sub { allocate_hit(1000, 1_000, @_) }, "ns"],
    handoff_1       => [sub { handoff(1, 8_000, @_) },         "ns"],
    handoff_N       => [sub { handoff(4000, 200, @_) },        "ns"],
    connect         => [\&connect_close,                       "us"],
};
