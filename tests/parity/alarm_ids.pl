# Alarms and delays by id.  The same as alarm_ids.c.
use strict;
use warnings;
use POE;
use Parity;

my ($id, $other);

scenario removed => "A: _start due _stop", {
    "A _start" => sub {
        $id = $_[KERNEL]->delay_set(due => 0.01, 1);
        $_[KERNEL]->delay_set(due => 0.02, 2);
        result("remove", scalar $_[KERNEL]->alarm_remove($id));
    },
};

scenario removed_is_returned => "A: _start", {
    "A _start" => sub {
        $id = $_[KERNEL]->delay_set(due => 0.01, 1, "two");
        my ($event, $when, $arguments) = $_[KERNEL]->alarm_remove($id);
        note("removed $event(", join(", ", @$arguments), ")");
    },
};

scenario removed_twice => "A: _start due _stop", {
    "A _start" => sub {
        $id = $_[KERNEL]->alarm_set(due => time + 5);
        result("remove", scalar $_[KERNEL]->alarm_remove($id));
        $! = 0;
        result("again", scalar $_[KERNEL]->alarm_remove($id));
    },
};

scenario removed_after_it_fired => "A: _start due _stop", {
    "A _start" => sub { $id = $_[KERNEL]->delay_set(due => 0.01) },
    "A due" => sub {
        $! = 0;
        result("remove", scalar $_[KERNEL]->alarm_remove($id));
        $! = 0;
        result("adjust", $_[KERNEL]->alarm_adjust($id, 1));
    },
};

scenario removed_by_another => "A: _start due; B: _start try", {
    "A _start" => sub { $id = $_[KERNEL]->delay_set(due => 0.02) },
    "B _start" => sub {
        $! = 0;
        result("remove", scalar $_[KERNEL]->alarm_remove($id));
        $! = 0;
        result("adjust", $_[KERNEL]->alarm_adjust($id, 1));
    },
};

scenario adjusted => "A: _start one two", {
    "A _start" => sub {
        $id = $_[KERNEL]->delay_set(one => 0.01);
        $_[KERNEL]->delay_set(two => 0.02);
        $_[KERNEL]->alarm_adjust($id, 0.02);
    },
};

scenario adjusted_backwards => "A: _start one two", {
    "A _start" => sub {
        $_[KERNEL]->delay_set(one => 0.01);
        $id = $_[KERNEL]->delay_set(two => 0.02);
        $_[KERNEL]->alarm_adjust($id, -5);
    },
};

scenario adjust_returns_the_time => "A: _start due", {
    "A _start" => sub {
        my $when = time + 100;
        $id = $_[KERNEL]->alarm_set(due => $when);
        my $new = $_[KERNEL]->alarm_adjust($id, -100);
        note(abs($new - $when + 100) < 0.01 ? "as asked" : "off");
        $new = $_[KERNEL]->delay_adjust($id, 0.01);
        note(abs($new - Time::HiRes::time() - 0.01) < 0.01 ? "as asked" : "off");
    },
};

scenario delay_adjusted => "A: _start one two", {
    "A _start" => sub {
        $_[KERNEL]->delay_set(one => 0.02);
        $id = $_[KERNEL]->delay_set(two => 5);
        $_[KERNEL]->delay_adjust($id, 0.01);
    },
};

scenario adjusted_unknown => "A: _start", {
    "A _start" => sub {
        $! = 0;
        result("alarm_adjust", $_[KERNEL]->alarm_adjust(999_999, 1));
        $! = 0;
        result("alarm_remove", scalar $_[KERNEL]->alarm_remove(999_999));
    },
};

scenario delay_adjusted_unknown => "A: _start", {
    "A _start" => sub {
        $! = 0;
        result("delay_adjust", $_[KERNEL]->delay_adjust(999_999, 1));
    },
};

scenario all_removed => "A: _start due; B: _start due", {
    "A _start" => sub {
        my $kernel = $_[KERNEL];
        $kernel->delay(due => 0.01);
        $kernel->alarm_add(due => time - 5);
        $kernel->delay_set(other => 0.01, 1, 2);
        $kernel->yield("due", "yielded");
        my @removed = $kernel->alarm_remove_all();
        note("removed ", scalar @removed);
        @removed = $kernel->alarm_remove_all();
        note("removed ", scalar @removed);
    },
    "B _start" => sub { $_[KERNEL]->delay(due => 0.01, "B's") },
};

scenario invalid => "A: _start", {
    "A _start" => sub {
        $! = 0;
        result("alarm_set", $_[KERNEL]->alarm_set(undef, 1));
        $! = 0;
        result("delay_set", $_[KERNEL]->delay_set(undef, 1));
    },
};

scenario ids_are_new => "A: _start", {
    "A _start" => sub {
        $id    = $_[KERNEL]->delay_set(due => 5);
        $other = $_[KERNEL]->delay_set(due => 5);
        note($id > 0 && $other > $id ? "grow" : "do not grow");
        $_[KERNEL]->alarm_remove($other);
        note($_[KERNEL]->delay_set(due => 5) > $other ? "not used again" : "used again");
        $_[KERNEL]->alarm_remove_all();
    },
};

scenario removed_when_due => "A: _start one two", {
    "A _start" => sub {
        $_[KERNEL]->alarm_set(one => time - 10);
        $id = $_[KERNEL]->alarm_set(two => time - 5);
    },
    "A one" => sub { result("remove", scalar $_[KERNEL]->alarm_remove($id)) },
};

scenario cleared_by_name => "A: _start due", {
    "A _start" => sub {
        $id = $_[KERNEL]->delay_set(due => 0.01);
        $_[KERNEL]->alarm("due");
        $! = 0;
        result("remove", scalar $_[KERNEL]->alarm_remove($id));
    },
};

exit main();
