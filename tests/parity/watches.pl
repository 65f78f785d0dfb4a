# File descriptors.  The same as watches.c.
use strict;
use warnings;
use Fcntl;
use POE;
use Time::HiRes ();
use Parity;

my ($out, $in, $out2, $in2, $count, $seen);

# A pipe with something to read.
sub full_pipe {
    ($out, $in) = make_pipe();
    syswrite $in, "x";
}

scenario readable => "A: _start ready/fm _stop", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready", 1, "two");
    },
    "A ready" => sub { $_[KERNEL]->select_read($out) },
};

scenario writable => "A: _start ready/fm _stop", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_write($in, "ready");
    },
    "A ready" => sub { $_[KERNEL]->select_write($in) },
};

scenario becomes_readable => "A: _start ready/fm write", {
    "A _start" => sub {
        ($out, $in) = make_pipe();
        $_[KERNEL]->select_read($out, "ready");
        $_[KERNEL]->delay(write => 0.06);
    },
    "A write" => sub { syswrite $in, "x" },
    "A ready" => sub { $_[KERNEL]->select_read($out) },
};

scenario end_of_file => "A: _start ready/fm", {
    "A _start" => sub {
        ($out, $in) = make_pipe();
        close $in;
        $_[KERNEL]->select_read($out, "ready");
    },
    "A ready" => sub {
        note("read ", sysread($out, my $octets, 10));
        $_[KERNEL]->select_read($out);
    },
};

scenario paused => "A: _start ready/fm tick resume", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready");
        $_[KERNEL]->select_pause_read($out);
        $_[KERNEL]->delay(resume => 0.06);
        $_[KERNEL]->yield("tick");
    },
    "A resume" => sub { $_[KERNEL]->select_resume_read($out) },
    "A ready" => sub { $_[KERNEL]->select_read($out) },
};

scenario paused_write => "A: _start ready/fm tick resume", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_write($in, "ready");
        $_[KERNEL]->select_pause_write($in);
        $_[KERNEL]->delay(resume => 0.06);
    },
    "A resume" => sub { $_[KERNEL]->select_resume_write($in) },
    "A ready" => sub { $_[KERNEL]->select_write($in) },
};

scenario paused_in_its_handler => "A: _start ready/fm resume", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready");
    },
    "A ready" => sub {
        if ($count++) {
            $_[KERNEL]->select_read($out);
            return;
        }
        $_[KERNEL]->select_pause_read($out);
        $_[KERNEL]->delay(resume => 0.06);
    },
    "A resume" => sub { $_[KERNEL]->select_resume_read($out) },
};

scenario cleared => "A: _start ready/fm tick _stop", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready");
        $_[KERNEL]->select_read($out);
        $_[KERNEL]->delay(tick => 0.06);
    },
};

scenario registered_again => "A: _start first/fm second/fm", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "first", 1);
        $_[KERNEL]->select_read($out, "second", 2);
    },
    "A first" => sub { $_[KERNEL]->select_read($out) },
    "A second" => sub { $_[KERNEL]->select_read($out) },
};

scenario two_sessions => "A: _start ready/! look; B: _start ready/!", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready");
        $_[KERNEL]->delay(look => 0.06);
    },
    "B _start" => sub { $_[KERNEL]->select_read($out, "ready") },
    "A ready" => sub {
        $count++;
        $_[KERNEL]->select_read($out);
    },
    "B ready" => sub {
        $seen++;
        $_[KERNEL]->select_read($out);
    },
    "A look" => sub { note("A $count, B $seen") },
};

scenario reads_before_writes => "A: _start readable/fm writable/fm", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_write($in, "writable");
        $_[KERNEL]->select_read($out, "readable");
    },
    "A readable" => sub { $_[KERNEL]->select_read($out) },
    "A writable" => sub { $_[KERNEL]->select_write($in) },
};

scenario keeps_its_session => "A: _start ready/fm _stop; B: _start write", {
    "A _start" => sub {
        ($out, $in) = make_pipe();
        $_[KERNEL]->select_read($out, "ready");
    },
    "B _start" => sub { $_[KERNEL]->delay(write => 0.06) },
    "B write" => sub { syswrite $in, "x" },
    "A ready" => sub { $_[KERNEL]->select_read($out) },
};

scenario paused_keeps_its_session => "A: _start free _stop; B: _start tick _stop", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready");
        $_[KERNEL]->select_pause_read($out);
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub { $_[KERNEL]->call(sid("A"), "free") },
    "A free" => sub { $_[KERNEL]->select_read($out) },
};

# With nothing else left to happen.  In Perl somebody must end it.
scenario paused_alone => "A: _start _stop", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select_read($out, "ready");
        $_[KERNEL]->select_pause_read($out);
    },
}, sub {
    cast();
    $SIG{ALRM} = sub { note("still running"); $poe_kernel->stop };
    Time::HiRes::ualarm(50_000);
    run();
};

scenario non_blocking => "A: _start", {
    "A _start" => sub {
        pipe $out, $in or die;
        $_[KERNEL]->select_read($out, "ready");
        note(fcntl($out, F_GETFL, 0) & O_NONBLOCK ? "non-blocking" : "blocking");
        $_[KERNEL]->select_read($out);
    },
};

scenario all_modes => "A: _start read/fm write/fm", {
    "A _start" => sub {
        full_pipe();
        $_[KERNEL]->select($in, undef, "write");
        $_[KERNEL]->select($out, "read", undef);
    },
    "A read" => sub { $_[KERNEL]->select($out) },
    "A write" => sub { $_[KERNEL]->select($in) },
};

# Whichever of the two comes first takes the other's watch away.
scenario cleared_by_its_neighbour => "A: _start one/! two/! _stop", {
    "A _start" => sub {
        full_pipe();
        ($out2, $in2) = make_pipe();
        syswrite $in2, "x";
        $_[KERNEL]->select_read($out, "one");
        $_[KERNEL]->select_read($out2, "two");
    },
    "A one" => \&clear_both,
    "A two" => \&clear_both,
    "A _stop" => sub { note("$count came") },
};

sub clear_both {
    $count++;
    $_[KERNEL]->select_read($_) for $out, $out2;
}

scenario freed_with_its_session => "A: _start ready/fm _stop; B: _start tick write", {
    "A _start" => sub {
        ($out, $in) = make_pipe();
        $_[KERNEL]->select_read($out, "ready");
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub {
        $_[KERNEL]->signal(sid("A"), "KILL");
        $_[KERNEL]->delay(write => 0.06);
    },
    "B write" => sub { syswrite $in, "x" },
};

scenario comes_while_readable => "A: _start ready/fm", {
    "A _start" => sub {
        full_pipe();
        syswrite $in, "yz";
        $_[KERNEL]->select_read($out, "ready");
    },
    "A ready" => sub {
        sysread $out, my $octet, 1;
        note("read $octet");
        $_[KERNEL]->select_read($out) if $octet eq "z";
    },
};

exit main();
