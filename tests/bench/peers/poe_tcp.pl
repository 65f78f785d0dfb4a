# POE::Component::Server::TCP.  tcp_driver is the other end.
#
# tcp_echo    Its default filter, Line; each line is put back.
# tcp_accept  Each client session is shut down in ClientConnected.
use strict;
use warnings;
use POE qw(Component::Server::TCP);
use Socket qw(unpack_sockaddr_in);

# Starts the driver, which prints its result when it has done.
sub drive {
    my ($kernel, $heap) = @_[KERNEL, HEAP];
    my ($port) = unpack_sockaddr_in($heap->{listener}->getsockname);
    open my $driver, "-|", $ENV{BENCH_DRIVER}, @$heap{qw(bench)}, $port, $heap->{scale}
        or die "BENCH_DRIVER: $!\n";
    $kernel->select_read($driver, "driver_done");
}

sub serve {
    my ($bench, $scale, %callbacks) = @_;
    my ($rate, $total);
    my $server = POE::Component::Server::TCP->new(
        Port    => 0,
        Started => sub {
            @{ $_[HEAP] }{qw(bench scale)} = ($bench, $scale);
            $_[KERNEL]->state(
                driver_done => sub {
                    ($rate, $total) = split " ", readline $_[ARG0];
                    $_[KERNEL]->stop;
                }
            );
            drive(@_);
        },
        ClientError => sub { },
        %callbacks,
    );
    my ($user, $system) = times;
    $poe_kernel->run;
    my $cpu = (times)[0] + (times)[1] - $user - $system;
    printf "%s.poe.cpu %.2f us\n", $bench, $cpu / $total * 1e6;
    return $rate;
}

return {
    tcp_echo => [
        sub {
            serve("tcp_echo", shift, ClientInput => sub { $_[HEAP]{client}->put($_[ARG0]) });
        },
        "messages/s"
    ],
    tcp_accept => [
        sub {
            serve(
                "tcp_accept", shift,
                ClientInput     => sub { },
                ClientConnected => sub { $_[KERNEL]->yield("shutdown") }
            );
        },
        "connections/s"
    ],
};
