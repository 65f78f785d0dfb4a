# The rows of a TCP server's and a TCP client's sessions.  They are no cast of a
# scenario: its drive makes them.  rows.h is the same.
package Rows;
use strict;
use warnings;
use Exporter 'import';
use POE qw(Component::Client::TCP Component::Server::TCP);
use Parity;
use Socket;

our @EXPORT = qw(serve connects port number);

# How each row's arguments are printed, a letter each; a row that is not there prints all.
my %letters = (
    error => ".e.x", acceptor => ".~xx",
    client_pre_connect => "x", client_input => ".x", client_error => ".e.x", client_flushed => "x",
    client_high => "x", client_low => "x", client_disconnected => "",
    pre_connect => "x", connected => "", connect_error => ".e.", server_input => ".x", server_error => ".e.x",
    server_flushed => "x", server_high => "x", server_low => "x", disconnected => "",
);

my ($port, $visitors, %numbers);

sub port { $port }

# Which client a session is, as they come.
sub number { return $numbers{ $_[0]->ID } //= ++$visitors }

# A sub that prints its line and then acts.
sub row {
    my ($who, $name, $act) = @_;
    return sub {
        my $whose = $who eq "V" ? "C" . number($_[SESSION]) : $who;
        my $letters = $letters{$name} // "." x (@_ - ARG0);
        my @texts = map { Parity::lettered(substr($letters, $_, 1), $_[ARG0 + $_]) } 0 .. length($letters) - 1;
        printf "%s %s(%s)\n", $whose, $name, join ", ", @texts unless $name eq "drain";
        return $act ? $act->(@_) : undef;
    };
}

sub camel { join "", map { ucfirst } split /_/, $_[0] }

# Parameters for each of these rows, with what the scenario does in them; its other acts are states of their own.
sub rows {
    my ($who, $names, $acts) = @_;
    my %own = map { $_ => row($who, $_, $acts->{$_}) } grep { !exists $letters{$_} && !/^(started|client_connected)$/ } keys %$acts;
    return ((map { camel($_) => row($who, $_, $acts->{$_}) } @$names), InlineStates => \%own);
}

# Makes a server, whose listening session has the alias "server".
sub serve {
    my ($acts, %more) = @_;
    my @listener = map { camel($_) => row("S", $_, $acts->{$_}) } qw(stopped error);
    my $started = row("S", "started", $acts->{started});
    my @names = qw(client_connected client_input client_error client_flushed client_disconnected);
    push @names, grep { $acts->{$_} } qw(client_pre_connect client_high client_low);
    POE::Component::Server::TCP->new(
        Alias   => "server",
        Address => "127.0.0.1",
        Port    => 0,
        Started => sub {
            my $name = $_[HEAP]{listener}->getsockname;
            ($port) = unpack_sockaddr_in($name) if $name;
            &$started;
        },
        @listener,
        $acts->{acceptor} ? (Acceptor => row("S", "acceptor", $acts->{acceptor})) : rows("V", \@names, $acts),
        %more,
    );
}

# Makes a client of that port, whose session has the alias "client".
sub connects {
    my ($to, $acts, %more) = @_;
    my @names = qw(started connected connect_error server_input server_error server_flushed disconnected);
    push @names, grep { $acts->{$_} } qw(pre_connect server_high server_low);
    POE::Component::Client::TCP->new(
        Alias         => "client",
        RemoteAddress => "127.0.0.1",
        RemotePort    => $to,
        rows("C", \@names, $acts),
        %more,
    );
}

1;
