# The connection manager: who gets a connection, and when.  The same as keepalive.c.
use strict;
use warnings;
use POE;
use Asker;
use Parity;
use Peer;

my ($peer, $count);

scenario new_connection => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub { &note_answer; end() },
};

scenario answer_is_posted => "A: _start yielded got/! _stop", {
    "A _start" => sub {
        manage();
        ask("one");
        note("asked");
        $_[KERNEL]->yield("yielded");
    },
    "A got" => sub { &note_answer; end() },
};

scenario immediate => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        give_back($context);
        return end() if $context eq "two";
        ask("two");
        note("asked again");
    },
};

scenario immediate_answers_are_posted_too => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        return end() if $context eq "three";
        return if $context eq "two";
        give_back("one");
        ask($_) for "two", "three";
    },
};

scenario deferred => "A: _start got/! later _stop", {
    "A _start" => sub {
        manage(max_per_host => 1);
        ask($_) for "one", "two";
    },
    "A got" => sub {
        return end() if &note_answer eq "two";
        $_[KERNEL]->delay(later => 0.02);
    },
    "A later" => sub { give_back("one") },
};

scenario queue_in_order => "A: _start got/! _stop", {
    "A _start" => sub {
        manage(max_per_host => 1);
        ask($_) for "one", "two", "three", "four";
    },
    "A got" => sub {
        my $context = &note_answer;
        give_back($context);
        end() if $context eq "four";
    },
};

scenario two_per_host => "A: _start got/! later _stop", {
    "A _start" => sub { manage(max_per_host => 2); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        return end() if $context eq "three";
        return ask("two") if $context eq "one";
        ask("three");
        $_[KERNEL]->delay(later => 0.02);
    },
    "A later" => sub { give_back("one") },
};

scenario another_host_waits_for_nobody => "A: _start got/! later/! _stop", {
    "A _start" => sub { manage(max_per_host => 1); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        return end() if ++$count == 3;
        return if $context ne "one";
        ask("two");
        ask("three", scheme => "other");
        $_[KERNEL]->delay(later => 0.1);
    },
    "A later" => sub { note("later"); give_back("one") },
};

scenario max_open => "A: _start got/! later _stop", {
    "A _start" => sub {
        manage(max_open => 1);
        ask("one");
        ask("two", scheme => "other");
    },
    "A got" => sub {
        return end() if &note_answer eq "two";
        $_[KERNEL]->delay(later => 0.02);
    },
    "A later" => sub { give_back("one") },
};

scenario max_open_closes_an_idle_one => "A: _start got/! _stop", {
    "A _start" => sub { manage(max_open => 1); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        if ($context eq "one") {
            $peer = peer_accept(listener());
            give_back("one");
            ask("two", scheme => "other");
        } else {
            peer_hear($peer);
            end();
        }
    },
};

scenario other_scheme_other_connection => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        give_back($context);
        return end() if $context eq "two";
        ask("two", scheme => "other");
    },
};

scenario two_sessions => "A: _start got/! _stop; -B: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub { &note_answer; spawn("B") },
    "B _start" => sub { ask("two") },
    "B got"    => sub { &note_answer; end() },
};

scenario used_and_given_back => "A: _start got/! line/.x error/.e flushed/x _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        $peer = peer_accept(listener()) if $context eq "one";
        connection($context)->start(InputEvent => "line", ErrorEvent => "error", FlushedEvent => "flushed");
        connection($context)->wheel->put("from $context");
    },
    "A flushed" => sub {
        peer_hear($peer);
        peer_say($peer, "answer\n");
    },
    "A line" => sub {
        return end() if connection("two");
        give_back("one");
        ask("two");
    },
};

main();
