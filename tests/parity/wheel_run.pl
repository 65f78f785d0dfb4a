# The Run wheel.  The same as wheel_run.c.
use strict;
use warnings;
use POSIX ();
use POE qw(Wheel::Run Filter::Line);
use Parity;
use Peer;

my $wheel;
my $path = "/tmp/libpoe-parity.$$";

# With the usual events; another parameter, or undef for an event, goes before these.
sub start {
    my ($program, @more) = @_;
    my %plan = (StdoutEvent => "out", ErrorEvent => "error", CloseEvent => "closed", @more);
    delete @plan{ grep { !defined $plan{$_} } keys %plan };
    $wheel = POE::Wheel::Run->new(Program => $program, %plan);
}

# The same, and "ended" when the process has; which of the two comes first the script must say.
sub start_and_watch {
    start(@_);
    $POE::Kernel::poe_kernel->sig_child($wheel->PID, "ended", $wheel->ID);
}

sub drop { undef $wheel }

my $usual = "A: _start out/.x error/.e.x. closed/x _stop";

scenario output => $usual, {
    "A _start" => sub { start("echo one; echo two; printf half") },
    "A closed" => \&drop,
};

scenario both_outputs => "A: _start out/.x err/.x closed/x _stop", {
    "A _start" => sub {
        start("echo one; read x; echo two >&2; read x; exec >&-; read x; exec 2>&-", StderrEvent => "err", ErrorEvent => undef);
    },
    "A out"    => sub { $wheel->put("go") },
    "A err"    => sub { $wheel->put("go", "go") },
    "A closed" => \&drop,
};

scenario input_and_output => "A: _start in/x out/.x error/.e.x. closed/x _stop", {
    "A _start" => sub {
        start("sort", StdinEvent => "in");
        $wheel->put("two", "one");
    },
    "A in"     => sub { $wheel->shutdown_stdin },
    "A closed" => \&drop,
};

# What was put is not yet written here, and never will be.
scenario shut_down_with_input_pending => "A: _start out/.x closed/x _stop", {
    "A _start" => sub {
        start("wc -c");
        $wheel->put("hello");
        $wheel->shutdown_stdin;
    },
    "A closed" => \&drop,
};

scenario program_and_arguments => $usual, {
    "A _start" => sub { start(["printf", "%s.\\n", "a b", "", "*"]) },
    "A closed" => \&drop,
};

scenario closed_and_then_ended => "A: _start out/.x closed/x ended/.x.x _stop", {
    "A _start" => sub { start_and_watch("echo one; exec >&-; read x; exit 3") },
    "A closed" => sub { $wheel->put("go") },
    "A ended"  => \&drop,
};

scenario ended_and_then_closed => "A: _start out/.x closed/x ended/.x.x _stop", {
    "A _start" => sub { start_and_watch("exec 3<&0; (read x <&3; echo late) & exit 3") },
    "A ended"  => sub { $wheel->put("go") },
    "A closed" => \&drop,
};

scenario wheel_freed_before_it_ends => "A: _start out/.x ended/.x.x _stop", {
    "A _start" => sub { start_and_watch("echo one; read x; exit 4") },
    "A out"    => \&drop,
};

scenario killed => "A: _start out/.x ended/.x.x _stop", {
    "A _start" => sub { start_and_watch("echo one; read x") },
    "A out"    => sub { note("kill ", $wheel->kill ? "ok" : "failed") },
    "A ended"  => \&drop,
};

scenario killed_by_name => "A: _start out/.x ended/.x.x _stop", {
    "A _start" => sub { start_and_watch("echo one; read x") },
    "A out"    => sub { $wheel->kill("KILL") },
    "A ended"  => \&drop,
};

scenario freed_in_output => "A: _start out/.x closed/x _stop", {
    "A _start" => sub { start("echo one; read x; echo two") },
    "A out"    => \&drop,
};

scenario no_such_program => $usual, {
    "A _start" => sub { start(["/no/such/program"]); note("made") },
    "A error"  => \&drop,
};

scenario function => "A: _start out/.x closed/x _stop", {
    "A _start" => sub { start(sub { syswrite STDOUT, "from the child\n" }) },
    "A closed" => \&drop,
};

scenario function_result => "A: _start out/.x closed/x ended/.x.x _stop", {
    "A _start" => sub {
        start_and_watch(sub { POSIX::close(1); sysread STDIN, my $line, 100; 7 }, CloseOnCall => 1);
    },
    "A closed" => sub { $wheel->put("go") },
    "A ended"  => \&drop,
};

scenario output_to_a_file => "A: _start ended/.x.x _stop", {
    "A _start" => sub { start_and_watch("echo one; echo two >&2", StdoutEvent => undef, RedirectOutput => $path) },
    "A ended"  => sub {
        drop();
        open my $file, "<", $path;
        note("file: ", peer_spell(join "", sort <$file>));
        unlink $path;
    },
};

scenario input_from_a_file => "A: _start out/.x closed/x _stop", {
    "A _start" => sub {
        open my $file, ">", $path;
        print $file "one\ntwo\n";
        close $file;
        start("cat", RedirectStdin => $path);
    },
    "A closed" => sub { drop(); unlink $path },
};

scenario paused => "A: _start out/.x resume closed/x _stop", {
    "A _start" => sub {
        start("echo one");
        $wheel->pause_stdout;
        $_[KERNEL]->delay(resume => 0.05);
    },
    "A resume" => sub { $wheel->resume_stdout },
    "A closed" => \&drop,
};

scenario filters => "A: _start shut out/.x closed/x _stop", {
    "A _start" => sub {
        start("tr ab xy",
            StdinFilter  => POE::Filter::Line->new(Literal => "!"),
            StdoutFilter => POE::Filter::Line->new(Literal => "y"));
        $wheel->put("cab", "xb");
        $wheel->put("a");
        $_[KERNEL]->delay(shut => 0.02);
    },
    "A shut"   => sub { $wheel->shutdown_stdin },
    "A closed" => \&drop,
};

scenario event_changed => "A: _start out/.x other/.x closed/x _stop", {
    "A _start" => sub { start("echo one; read x; echo two") },
    "A out"    => sub {
        $wheel->event(StdoutEvent => "other");
        $wheel->put("go");
    },
    "A closed" => \&drop,
};

scenario input_refused => "A: _start out/.x error/.e.x. _stop", {
    "A _start" => sub { start("exec <&-; echo closed; exec sleep 0.1") },
    "A out"    => sub { $wheel->put("nobody reads this") },
    "A error"  => \&drop,
};

scenario ids_and_pids => "A: _start _stop", {
    "A _start" => sub {
        start("exit 0");
        my ($id, $pid) = ($wheel->ID, $wheel->PID);
        start("exit 0");
        note($id != $wheel->ID ? "ids differ" : "same id");
        note($pid > 0 && $pid != $wheel->PID ? "pids differ" : "same pid");
        drop();
    },
};

scenario terminal => "A: _start out/.x _stop", {
    "A _start" => sub {
        start("tty >/dev/null && echo a terminal; stty size; read x; echo \"heard \$x\"; read x",
            Conduit => "pty", Winsize => [20, 70], ErrorEvent => undef);
    },
    "A out" => sub {
        $wheel->put("hello") if $_[ARG0] eq "20 70";
        drop() if $_[ARG0] =~ /heard/;
    },
};

scenario terminal_and_pipe => "A: _start out/.x err/.x _stop", {
    "A _start" => sub {
        start("test -t 2 || echo no terminal >&2; read x; test -t 1 && echo a terminal; read x",
            Conduit => "pty-pipe", StderrEvent => "err", ErrorEvent => undef);
    },
    "A err" => sub { $wheel->put("go") },
    "A out" => \&drop,
};

scenario end_of_a_terminal => $usual, {
    "A _start" => sub { start("echo one", Conduit => "pty") },
    "A closed" => \&drop,
};

main();
