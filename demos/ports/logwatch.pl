#!/usr/bin/perl
# Follows a log, and tells of each transaction in it when it is over:
#     begin NAME / any lines / commit | abort
# through rotations of the file, until a line "quit".
#     logwatch.pl file
use strict;
use warnings;
use POE qw(Wheel::FollowTail Filter::Line NFA);

$| = 1;

POE::NFA->spawn(
	runstate      => { file => $ARGV[0], stray => 0 },
	options       => { immediate => 1 },
	inline_states => {
		# Nothing is open yet.
		starting => {
			start => sub {
				my ($machine, $run) = @_[MACHINE, RUNSTATE];
				$run->{tail} = POE::Wheel::FollowTail->new(
					Filename     => $run->{file},
					InputEvent   => 'line',
					ResetEvent   => 'rotated',
					Seek         => 0,
					PollInterval => 0.05,
				);
				print "watching\n";
				$machine->goto_state('between');
			},
		},

		# Between two transactions.
		between => {
			line => sub {
				my ($machine, $run, $line) = @_[MACHINE, RUNSTATE, ARG0];
				if ($line =~ /^begin (\S+)/) {
					$machine->goto_state(inside => enter => $1);
				}
				elsif ($line eq 'quit') {
					$machine->goto_state(ending => 'enter');
				}
				else {
					$run->{stray}++;
				}
			},
			rotated => sub { },
		},

		# A transaction is open.
		inside => {
			enter => sub {
				my ($run, $name) = @_[RUNSTATE, ARG0];
				$run->{name}  = $name;
				$run->{lines} = 0;
			},
			line => sub {
				my ($machine, $run, $line) = @_[MACHINE, RUNSTATE, ARG0];
				if ($line eq 'commit') {
					print "$run->{name}: $run->{lines} lines committed\n";
					$machine->goto_state('between');
				}
				elsif ($line eq 'abort') {
					print "$run->{name}: aborted\n";
					$machine->goto_state('between');
				}
				elsif ($line =~ /^begin (\S+)/) {
					print "$run->{name}: cut short by $1\n";
					$machine->goto_state(inside => enter => $1);
				}
				else {
					$run->{lines}++;
				}
			},
			rotated => sub { },
			leave   => sub { delete $_[RUNSTATE]{name} },
		},

		# No more is wanted.
		ending => {
			enter => sub {
				my $run = $_[RUNSTATE];
				delete $run->{tail};
				print "$run->{stray} stray lines\n";
			},
		},
	},
)->goto_state(starting => 'start');

POE::Kernel->run;
