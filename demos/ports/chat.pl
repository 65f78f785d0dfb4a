#!/usr/bin/perl
# A chat room: everybody hears what anybody says.
#     chat.pl [port]
use strict;
use warnings;
use Socket qw(sockaddr_in);
use POE qw(Component::Server::TCP);

$| = 1;
my %room;    # session id => name

sub everybody {
	my ($kernel, $text) = @_;
	$kernel->post($_ => say => $text) for sort { $a <=> $b } keys %room;
}

POE::Component::Server::TCP->new(
	Alias   => 'chat',
	Address => '127.0.0.1',
	Port    => $ARGV[0] || 0,
	Started => sub {
		my ($port) = sockaddr_in($_[HEAP]{listener}->getsockname);
		print "listening on port $port\n";
	},
	Stopped => sub { print "the room is closed\n" },

	ClientConnected => sub {
		$_[HEAP]{client}->put('Your name?');
	},

	ClientInput => sub {
		my ($kernel, $session, $heap, $line) = @_[KERNEL, SESSION, HEAP, ARG0];
		if (!defined $heap->{name}) {
			$kernel->yield(enter => $line);
		}
		elsif ($line =~ m{^/(who|quit|close)$}) {
			$kernel->yield($1);
		}
		elsif ($line =~ m{^/}) {
			$heap->{client}->put("What is $line?");
		}
		else {
			everybody($kernel, "<$heap->{name}> $line");
		}
	},

	ClientDisconnected => sub {
		my ($kernel, $session, $heap) = @_[KERNEL, SESSION, HEAP];
		return unless defined $heap->{name};
		delete $room{$session->ID};
		everybody($kernel, "* $heap->{name} has left");
	},

	InlineStates => {
		enter => sub {
			my ($kernel, $session, $heap, $name) = @_[KERNEL, SESSION, HEAP, ARG0];
			if ($name !~ /^\w+$/) {
				$heap->{client}->put('One word, please.');
				return;
			}
			if (grep { $_ eq $name } values %room) {
				$heap->{client}->put("There is a $name already.");
				return;
			}
			$heap->{name} = $room{$session->ID} = $name;
			everybody($kernel, "* $name is here");
		},
		say => sub {
			my ($heap, $text) = @_[HEAP, ARG0];
			$heap->{client}->put($text) if $heap->{client};
		},
		who => sub {
			my $heap = $_[HEAP];
			$heap->{client}->put('* ' . join(' ', map { $room{$_} } sort { $a <=> $b } keys %room));
		},
		quit => sub { $_[KERNEL]->yield('shutdown') },
		close => sub {
			my $kernel = $_[KERNEL];
			$kernel->post(chat => 'shutdown');
			$kernel->post($_ => 'shutdown') for sort { $a <=> $b } keys %room;
		},
	},
);

POE::Kernel->run;
