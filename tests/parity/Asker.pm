# Who asks a connection manager: requests, the answers to them, and the
# connections, each under its request's context.  asker.h is the same.
package Asker;
use strict;
use warnings;
use Exporter 'import';
use POE qw(Component::Client::Keepalive);
use Parity qw(note errname);
use Peer;

our @EXPORT = qw(manage ask note_answer give_back end manager listener connection request);

my ($ka, $listener, $port, %conn, %id);

sub manager { $ka }
sub connection { $conn{ $_[0] } }
sub request { $id{ $_[0] } }

# The socket that is asked for.
sub listener {
    ($listener, $port) = peer_listen() unless $listener;
    return $listener;
}

sub manage { $ka = POE::Component::Client::Keepalive->new(@_) }

# Asks for a connection, by default to our own listener; the context is how the answer is told from others.
sub ask {
    my ($context, @more) = @_;
    listener();
    $id{$context} = $ka->allocate(
        scheme  => "test",
        addr    => "127.0.0.1",
        port    => $port,
        event   => "got",
        context => $context,
        @more,
    );
}

# Prints an answer, and keeps its connection under the context.
sub note_answer {
    my ($r) = $_[ARG0];
    note("$r->{context}: $r->{scheme} $r->{addr} ", $r->{port} == $port ? "that port" : "some port");
    if ($r->{connection}) {
        note("connection, from cache: ", $r->{from_cache} // "no");
    } else {
        note("$r->{function} ", errname($r->{error_num} // 0), " $r->{error_str}");
    }
    $conn{ $r->{context} } = delete $r->{connection};
    return $r->{context};
}

sub give_back { delete $conn{ $_[0] }; return }

sub end { %conn = (); $ka->shutdown(); undef $ka }

1;
