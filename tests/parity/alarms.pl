# Alarms and delays by name.  The same as alarms.c.
use strict;
use warnings;
use POE;
use Parity;

scenario delays_in_order => "A: _start one two three _stop", {
    "A _start" => sub {
        $_[KERNEL]->delay(three => 0.03, "c");
        $_[KERNEL]->delay(one => 0.01);
        $_[KERNEL]->delay(two => 0.02, 1, "b");
    },
};

scenario past_alarms_first => "A: _start yielded past", {
    "A _start" => sub {
        my ($kernel, $now) = ($_[KERNEL], time);
        $kernel->yield("yielded");
        $kernel->alarm_add(past => $now - 10, 1);
        $kernel->alarm_add(past => $now - 30, 2);
        $kernel->alarm_add(past => $now - 20, 3);
        $kernel->yield("yielded", "again");
        $kernel->alarm_add(past => $now - 30, 4);
    },
};

scenario zero_delay => "A: _start yielded due", {
    "A _start" => sub {
        $_[KERNEL]->yield("yielded", 1);
        $_[KERNEL]->delay(due => 0);
        $_[KERNEL]->yield("yielded", 2);
    },
};

scenario negative_delay => "A: _start yielded due", {
    "A _start" => sub {
        $_[KERNEL]->yield("yielded");
        $_[KERNEL]->delay(due => -5);
    },
};

scenario past_alarm_within_a_batch => "A: _start one two past", {
    "A _start" => sub {
        $_[KERNEL]->yield("one");
        $_[KERNEL]->yield("two");
    },
    "A one" => sub {
        $_[KERNEL]->yield("two", "again");
        $_[KERNEL]->alarm(past => time - 10);
    },
};

scenario equal_times => "A: _start due _stop", {
    "A _start" => sub {
        my $when = time - 5;
        $_[KERNEL]->alarm_add(due => $when, $_) for 1 .. 4;
    },
};

scenario alarm_replaces => "A: _start due", {
    "A _start" => sub {
        $_[KERNEL]->delay_set(due => 0.01, 1);
        $_[KERNEL]->delay_add(due => 0.01, 2);
        $_[KERNEL]->alarm(due => time - 1, 3);
        $_[KERNEL]->delay(due => 0.01, 4);
    },
};

scenario add_keeps => "A: _start due", {
    "A _start" => sub {
        $_[KERNEL]->delay_add(due => 0.01, 1);
        $_[KERNEL]->delay_add(due => 0.02, 2);
        $_[KERNEL]->alarm_add(due => time - 1, 3);
    },
};

scenario cleared => "A: _start due other _stop", {
    "A _start" => sub {
        $_[KERNEL]->delay(due => 0.01, 1);
        $_[KERNEL]->delay_set(due => 0.01, 2);
        $_[KERNEL]->delay(other => 0.02);
        $_[KERNEL]->delay("due");
        $_[KERNEL]->alarm("missing");
    },
};

scenario names_are_of_a_session => "A: _start due; B: _start due", {
    "A _start" => sub { $_[KERNEL]->delay(due => 0.01) },
    "B _start" => sub {
        $_[KERNEL]->delay(due => 0.02);
        $_[KERNEL]->delay(due => 0.03, "later");
    },
};

scenario bad_arguments => "A: _start _stop", {
    "A _start" => sub {
        my $kernel = $_[KERNEL];
        note("alarm: ",     errname($kernel->alarm(undef, time)));
        note("alarm_add: ", errname($kernel->alarm_add(undef, time)));
        note("delay: ",     errname($kernel->delay(undef, 1)));
        note("delay_add: ", errname($kernel->delay_add(undef, 1)));
    },
};

scenario outside => "A: _start due", {}, sub {
    cast();
    result("delay_set", $poe_kernel->delay_set(due => 0.01));
    run();
};

scenario delay_of_the_called => "B: _start set due; A: _start due", {
    "A _start" => sub { $_[KERNEL]->call(sid("B"), "set") },
    "B set" => sub { $_[KERNEL]->delay(due => 0.01, "B's") },
};

scenario rearmed => "A: _start due _stop", {
    "A _start" => sub { $_[KERNEL]->delay(due => 0.005, 1) },
    "A due" => sub { $_[KERNEL]->delay(due => 0.005, $_[ARG0] + 1) if $_[ARG0] < 3 },
};

scenario delays_of_two_sessions => "A: _start due; B: _start due", {
    "A _start" => sub {
        $_[KERNEL]->delay_add(due => 0.01);
        $_[KERNEL]->delay_add(due => 0.03);
    },
    "B _start" => sub { $_[KERNEL]->delay_add(due => 0.02) },
};

scenario descriptor_alarm_post => "A: _start readable/fm past posted", {
    "A _start" => sub {
        my ($out, $in) = make_pipe();
        syswrite $in, "x";
        $_[HEAP]{in} = $in;
        $_[KERNEL]->yield("posted");
        $_[KERNEL]->alarm(past => time - 10);
        $_[KERNEL]->select_read($out, "readable");
    },
    "A readable" => sub { $_[KERNEL]->select_read($_[ARG0]) },
};

exit main();
