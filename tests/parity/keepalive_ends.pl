# The connection manager: failures, and how things end.  The same as keepalive_ends.c.
use strict;
use warnings;
use POE;
use Asker;
use Parity;
use Peer;

my $peer;

scenario refused => "A: _start got/! _stop", {
    "A _start" => sub {
        close listener();
        manage();
        ask("one");
    },
    "A got" => sub { &note_answer; end() },
};

scenario refused_twice => "A: _start got/! _stop", {
    "A _start" => sub {
        close listener();
        manage(max_per_host => 1);
        ask($_) for "one", "two";
    },
    "A got" => sub { end() if &note_answer eq "two" },
};

# POE says a text of getaddrinfo's and no number.
scenario name_unknown => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one", addr => "no..name") },
    "A got"    => sub {
        my $r = $_[ARG0];
        note("$r->{addr}: $r->{function}, ", $r->{connection} ? "connection" : "none");
        end();
    },
};

scenario name_known => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one", addr => "localhost") },
    "A got"    => sub { &note_answer; end() },
};

scenario waits_too_long => "A: _start got/! _stop", {
    "A _start" => sub {
        manage(max_per_host => 1);
        ask("one");
        ask("two", timeout => 0.05);
    },
    "A got" => sub { end() if &note_answer eq "two" },
};

scenario closed => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        connection($context)->close() if $context eq "one";
        give_back($context);
        $context eq "one" ? ask("two") : end();
    },
};

scenario closed_by_the_peer_while_idle => "A: _start got/! later _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        return end() if &note_answer eq "two";
        $peer = peer_accept(listener());
        give_back("one");
        undef $peer;
        $_[KERNEL]->delay(later => 0.02);
    },
    "A later" => sub { ask("two") },
};

scenario closed_by_the_peer_before => "A: _start got/! later _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        return end() if &note_answer eq "two";
        $peer = peer_accept(listener());
        undef $peer;
        give_back("one");
        ask("two");
    },
};

scenario idle_too_long => "A: _start got/! later _stop", {
    "A _start" => sub { manage(keep_alive => 0.02); ask("one") },
    "A got"    => sub {
        return end() if &note_answer eq "two";
        $peer = peer_accept(listener());
        give_back("one");
        $_[KERNEL]->delay(later => 0.05);
    },
    "A later" => sub { peer_hear($peer); ask("two") },
};

# What the wheel has read and not framed is the next one's beginning in POE.
scenario half_read => "A: _start got/! line/.x _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        return end() if $context eq "two";
        $peer = peer_accept(listener());
        connection("one")->start(InputEvent => "line");
        peer_say($peer, "answer\nhalf");
    },
    "A line" => sub { give_back("one"); ask("two") },
};

scenario not_yet_read => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        return end() if &note_answer eq "two";
        peer_say(peer_accept(listener()), "unasked");
        give_back("one");
        ask("two");
    },
};

scenario deallocated => "A: _start got/! later _stop", {
    "A _start" => sub {
        manage(max_per_host => 1);
        ask($_) for "one", "two";
        manager()->deallocate(request("two"));
    },
    "A got" => sub {
        give_back(&note_answer);
        $_[KERNEL]->delay(later => 0.03);
    },
    "A later" => sub { end() },
};

scenario shut_down_with_a_queue => "A: _start got/! later _stop", {
    "A _start" => sub {
        manage(max_per_host => 1);
        ask($_) for "one", "two";
    },
    "A got" => sub {
        return unless &note_answer eq "one";
        manager()->shutdown();
        $_[KERNEL]->delay(later => 0.02);
    },
    "A later" => sub { end() },
};

scenario shut_down_and_given_back => "A: _start got/! look _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        &note_answer;
        $peer = peer_accept(listener());
        manager()->shutdown();
        $_[KERNEL]->yield("look");
    },
    "A look" => sub {
        peer_hear($peer);
        give_back("one");
        peer_hear($peer);
    },
};

scenario immediate_has_an_id => "A: _start got/! _stop", {
    "A _start" => sub { manage(); ask("one") },
    "A got"    => sub {
        my $context = &note_answer;
        give_back($context);
        return end() if $context eq "two";
        ask("two");
        note("id: ", defined request("two") ? "x" : "-");
    },
};

main();
