# Child processes.  The same as children.c.
use strict;
use warnings;
use POE;
use POSIX ();
use Parity;

my ($pid, $hold, $count, $other);

# A child that ends at once, or when somebody writes to $hold.
sub child {
    my ($status, $waits) = @_;
    pipe my $out, $hold or die;
    my $new = fork // die;
    return $new if $new;
    close $hold;
    sysread $out, my $octet, 1 if $waits;
    POSIX::_exit($status);
}

scenario ends => "A: _start chld/.x _stop", {
    "A _start" => sub { $_[KERNEL]->sig_child(child(0), "chld", "registered", 2) },
};

scenario status => "A: _start chld/.x", {
    "A _start" => sub { $_[KERNEL]->sig_child(child(3), "chld") },
};

scenario killed => "A: _start chld/.x", {
    "A _start" => sub {
        $pid = child(0, "waits");
        $_[KERNEL]->sig_child($pid, "chld");
        kill TERM => $pid;
    },
};

scenario dead_already => "A: _start later chld/.x", {
    "A _start" => sub {
        $pid = child(1);
        select undef, undef, undef, 0.1;
        $_[KERNEL]->delay(later => 0.06);
    },
    "A later" => sub { $_[KERNEL]->sig_child($pid, "chld") },
};

scenario keeps_its_session => "A: _start chld/.x _stop; B: _start tick _stop", {
    "A _start" => sub { $_[KERNEL]->sig_child(child(0, "waits"), "chld") },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub { syswrite $hold, "x" },
};

scenario cancelled => "A: _start chld/.x tick _stop", {
    "A _start" => sub {
        $pid = child(0);
        $_[KERNEL]->sig_child($pid, "chld");
        $_[KERNEL]->sig_child($pid);
        $_[KERNEL]->delay(tick => 0.06);
    },
};

scenario two_sessions => "A: _start chld/! look; B: _start chld/!", {
    "A _start" => sub {
        $pid = child(0, "waits");
        $other = $hold;
        $_[KERNEL]->sig_child($pid, "chld");
        $_[KERNEL]->delay(look => 0.1);
    },
    "B _start" => sub {
        $_[KERNEL]->sig_child($pid, "chld");
        syswrite $other, "x";
    },
    "A chld" => sub { $count += 10 },
    "B chld" => sub { $count += 1 },
    "A look" => sub { note($count) },
};

scenario one_of_two_cancels => "A: _start chld/.x tick; B: _start chld/.x tick", {
    "A _start" => sub {
        $pid = child(0, "waits");
        $_[KERNEL]->sig_child($pid, "chld");
        $_[KERNEL]->delay(tick => 0.06);
    },
    "B _start" => sub { $_[KERNEL]->sig_child($pid, "chld") },
    "A tick" => sub {
        $_[KERNEL]->sig_child($pid);
        syswrite $hold, "x";
    },
};

scenario several => "A: _start one/.x two/.x", {
    "A _start" => sub { $_[KERNEL]->sig_child(child(1), "one") },
    "A one" => sub { $_[KERNEL]->sig_child(child(2), "two") },
};

scenario watched_again => "A: _start one/.x two/.x", {
    "A _start" => sub {
        $pid = child(0, "waits");
        $_[KERNEL]->sig_child($pid, "one", 1);
        $_[KERNEL]->sig_child($pid, "two", 2);
        syswrite $hold, "x";
    },
};

scenario not_ours => "A: _start chld/.x tick", {
    "A _start" => sub {
        $! = 0;
        $_[KERNEL]->sig_child(1, "chld");
        note("sig_child: ", $! ? errname($!) : "ok");
        $_[KERNEL]->delay(tick => 0.06);
    },
    "A tick" => sub { $_[KERNEL]->sig_child(1) },
};

scenario not_awaited => "A: _start _stop", {
    "A _start" => sub {
        $_[KERNEL]->sig_child(999_999);
        note("cancelled");
    },
};

scenario the_signal => "A: _start signal/.x done", {
    "A _start" => sub {
        $_[KERNEL]->sig(CHLD => "signal", "registered");
        child(0);
        $_[KERNEL]->delay(done => 0.1);
    },
    "A done" => sub { $_[KERNEL]->sig("CHLD") },
};

# Which of the two comes first is not promised here.
scenario signal_and_answer => "A: _start signal/! chld/! done", {
    "A _start" => sub {
        $_[KERNEL]->sig(CHLD => "signal");
        $_[KERNEL]->sig_child(child(0), "chld");
        $_[KERNEL]->delay(done => 0.1);
    },
    "A signal" => sub { $count += 10 },
    "A chld" => sub { $count += 1 },
    "A done" => sub {
        note($count);
        $_[KERNEL]->sig("CHLD");
    },
};

scenario nobody_asked => "A: _start tick", {
    "A _start" => sub {
        $_[KERNEL]->sig(CHLD => "missing");
        $pid = child(0);
        $_[KERNEL]->delay(tick => 0.1);
    },
    "A tick" => sub {
        my $reaped = waitpid $pid, POSIX::WNOHANG();
        note($reaped == $pid ? "we can reap it" : "somebody has reaped it");
        $_[KERNEL]->sig("CHLD");
    },
};

scenario stopped_session => "A: _start chld/.x _stop; B: _start tick", {
    "A _start" => sub {
        $pid = child(0, "waits");
        $_[KERNEL]->sig_child($pid, "chld");
        $_[KERNEL]->signal($_[SESSION], "KILL");
    },
    "B _start" => sub { $_[KERNEL]->delay(tick => 0.06) },
    "B tick" => sub { kill TERM => $pid },
};

exit main();
