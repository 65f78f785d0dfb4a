# The other end of what a wheel works on: plain sockets that the scenario
# writes to and reads from itself, and octets as text.  peer.h is the same.
package Peer;
use strict;
use warnings;
use Exporter 'import';
use IO::Handle;
use Parity qw(note errname);
use Socket;

our @EXPORT = qw(peer_pair peer_listen peer_connect peer_begins_to_connect peer_accept peer_say peer_hear peer_drain peer_spell);

# The wheel's end, and the peer's.  Neither blocks.
sub peer_pair {
    socketpair(my $ours, my $peer, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
    $_->blocking(0) for $ours, $peer;
    return ($ours, $peer);
}

# A socket that listens on the loopback address, and its port; it accepts nobody.
sub peer_listen {
    socket(my $listener, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    bind($listener, pack_sockaddr_in(0, INADDR_LOOPBACK)) or die "bind: $!";
    listen($listener, 16) or die "listen: $!";
    my ($port) = unpack_sockaddr_in(getsockname $listener);
    return ($listener, $port);
}

sub peer_connect {
    my ($port) = @_;
    socket(my $peer, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    connect($peer, pack_sockaddr_in($port, INADDR_LOOPBACK)) or die "connect: $!";
    $peer->blocking(0);
    return $peer;
}

# One that may never be: nobody waits for it.
sub peer_begins_to_connect {
    my ($port) = @_;
    socket(my $peer, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    $peer->blocking(0);
    connect($peer, pack_sockaddr_in($port, INADDR_LOOPBACK));
    return $peer;
}

sub peer_accept {
    my ($listener) = @_;
    accept(my $peer, $listener) or die "accept: $!";
    $peer->blocking(0);
    return $peer;
}

sub peer_say {
    my ($peer, $text) = @_;
    defined syswrite($peer, $text) or note("write: ", errname($!));
}

sub peer_spell {
    my ($octets) = @_;
    $octets =~ s/\r/\\r/g;
    $octets =~ s/\n/\\n/g;
    $octets =~ s/\0/\\0/g;
    return $octets;
}

sub peer_hear {
    my ($peer) = @_;
    my $count = sysread($peer, my $octets, 512);
    note("peer hears: ", !defined $count ? errname($!) : $count ? peer_spell($octets) : "end");
}

# Throws away what has come; prints nothing.
sub peer_drain {
    my ($peer) = @_;
    1 while sysread $peer, my $octets, 4096;
}

1;
