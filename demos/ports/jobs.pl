#!/usr/bin/perl
# Runs shell commands, at most so many at a time.
#     jobs.pl at_once command...
use strict;
use warnings;
use POE qw(Wheel::Run Filter::Line);

$| = 1;
my ($at_once, @commands) = @ARGV;

POE::Session->create(
	args          => [$at_once, @commands],
	inline_states => {
		_start => sub {
			my ($kernel, $heap, $at_once, @commands) = @_[KERNEL, HEAP, ARG0 .. $#_];
			$heap->{queue} = [@commands];
			$heap->{last}  = 0;
			$kernel->yield('next_job') for 1 .. $at_once;
		},

		next_job => sub {
			my ($kernel, $heap) = @_[KERNEL, HEAP];
			my $command = shift @{ $heap->{queue} };
			return unless defined $command;
			my $number = ++$heap->{last};
			my $wheel  = POE::Wheel::Run->new(
				Program     => $command,
				StdoutEvent => 'output',
				StderrEvent => 'complaint',
				CloseEvent  => 'closed',
			);
			$heap->{job}{ $wheel->ID } = { number => $number, wheel => $wheel };
			$heap->{by_pid}{ $wheel->PID } = $wheel->ID;
			$kernel->sig_child($wheel->PID, 'ended');
			print "job $number starts: $command\n";
		},

		output => sub {
			my ($heap, $line, $id) = @_[HEAP, ARG0, ARG1];
			print "job $heap->{job}{$id}{number} says: $line\n";
		},

		complaint => sub {
			my ($heap, $line, $id) = @_[HEAP, ARG0, ARG1];
			print "job $heap->{job}{$id}{number} complains: $line\n";
		},

		# All has been said when the pipes are closed; how it went is known when
		# the process has ended.  Either may come first.
		closed => sub {
			my ($kernel, $heap, $id) = @_[KERNEL, HEAP, ARG0];
			$heap->{job}{$id}{closed} = 1;
			$kernel->yield(done => $id) if defined $heap->{job}{$id}{status};
		},

		ended => sub {
			my ($kernel, $heap, $pid, $status) = @_[KERNEL, HEAP, ARG1, ARG2];
			my $id = delete $heap->{by_pid}{$pid};
			$heap->{job}{$id}{status} = $status >> 8;
			$kernel->yield(done => $id) if $heap->{job}{$id}{closed};
		},

		done => sub {
			my ($kernel, $heap, $id) = @_[KERNEL, HEAP, ARG0];
			my $job = delete $heap->{job}{$id};
			print "job $job->{number} ends: $job->{status}\n";
			$kernel->yield('next_job');
		},

		_stop => sub { print "$_[HEAP]{last} jobs done\n" },
	},
);

POE::Kernel->run;
