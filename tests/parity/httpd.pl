# The HTTPD filter.  The same as httpd.c.
use strict;
use warnings;
use HTTP::Response;
use POE qw(Filter::HTTPD);
use Framing;
use Parity;
use Peer;

# Headers by name: HTTP::Headers has an order of its own.
sub note_request {
    my ($r) = @_;
    return note("piece: ", peer_spell($r)) unless ref $r;
    return note("to be refused: ", $r->code) if $r->isa("HTTP::Response");
    note($r->method, " ", $r->uri, " ", $r->protocol);
    my @headers = $r->headers->flatten;
    my @lines;
    push @lines, join ": ", splice @headers, 0, 2 while @headers;
    note($_) for sort @lines;
    note("body: ", peer_spell($r->content)) if length $r->content;
}

sub start {
    show_with(\&note_request);
    filter(POE::Filter::HTTPD->new(@_));
}

# What most scenarios do.
sub reads {
    my @reads = @_;
    return sub { start(); feed(@reads) };
}

scenario get => "", {}, reads("GET /path?a=1&b=%20 HTTP/1.1\r\nHost: example\r\nAccept: */*\r\n\r\n");
scenario in_pieces => "", {}, reads("GE", "T / HT", "TP/1.1\r", "\nHost: ex", "ample\r\n", "\r\n");
scenario two_at_once => "", {}, reads("GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: b\r\n\r\n");
scenario body => "", {}, reads("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello", " world");
scenario body_and_the_next => "", {}, reads("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /two HTTP/1.1\r\nHost: a\r\n\r\n");
scenario body_of_nothing => "", {}, reads("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
scenario old_version => "", {}, reads("GET / HTTP/1.0\r\n\r\n");
scenario other_methods => "", {}, reads("DELETE /a HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
scenario repeated_header => "", {}, reads("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nAccept: text/plain\r\n\r\n");
scenario blanks_around_a_value => "", {}, reads("GET / HTTP/1.1\r\nHost:   a\r\nAccept:\r\n\r\n");
scenario blank_lines_before => "", {}, reads("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
scenario nonsense => "", {}, reads("!!!\r\n\r\n");
scenario length_that_is_no_number => "", {}, reads("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n");
scenario bare_newlines => "", {}, reads("GET / HTTP/1.1\nHost: a\n\n");
scenario folded_header => "", {}, reads("GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html,\r\n  text/plain\r\n\r\n");
scenario blank_before_a_colon => "", {}, reads("GET / HTTP/1.1\r\nHost : a\r\n\r\n");
scenario two_lengths => "", {}, reads("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd");
scenario chunks => "", {}, reads("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
scenario two_slashes => "", {}, reads("GET //path HTTP/1.1\r\nHost: a\r\n\r\n");

scenario body_too_long => "", {}, sub {
    start(MaxContent => 10);
    feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world");
};

scenario streaming => "", {}, sub {
    start(Streaming => 1);
    feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello", " world");
};

sub answer {
    my ($status, $message, $body, @headers) = @_;
    my $response = HTTP::Response->new($status, $message, \@headers, $body);
    $response->protocol("HTTP/1.1");
    start();
    out($response);
}

scenario response => "", {}, sub {
    answer(200, "OK", "hello\n", "Content-Length" => 6, "Content-Type" => "text/plain");
};

scenario response_not_found => "", {}, sub {
    answer(404, "Not Found", "no\n", "Content-Length" => 3);
};

scenario response_without_a_body => "", {}, sub { answer(304, "Not Modified", "", "ETag" => '"x"') };

main();
