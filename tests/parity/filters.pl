# Filters of octets, by themselves: Line, Block, Stream.  The same as filters.c.
use strict;
use warnings;
use POE qw(Filter::Block Filter::Line Filter::Stream);
use Framing;
use Parity;

scenario line_any_newline => "", {}, sub {
    filter(POE::Filter::Line->new());
    feed("lf\nlf\ncr\rcr\rboth\r\nboth\r\nreverse\n\rhalf");
    feed(" a line\nand\n", "the\r\nlast\r\n");
};

# A pair of octets, or two newlines: that of POE depends on how they are read.
scenario line_newline_in_two_reads => "", {}, sub {
    filter(POE::Filter::Line->new());
    feed("one\r", "\ntwo\r\n");
};

scenario line_empty => "", {}, sub {
    filter(POE::Filter::Line->new());
    feed("\r\n", "\r\n\r\n", "\n\n", "x\n\n\rx\r");
};

scenario line_literal => "", {}, sub {
    filter(POE::Filter::Line->new(Literal => "END"));
    feed("oneENDtwoEN", "Dthree\nENEND", "E", "N", "DEND");
    out("one", "", "two\n");
};

scenario line_input_literal => "", {}, sub {
    filter(POE::Filter::Line->new(InputLiteral => "\n"));
    feed("one\r\ntwo\n\nthree\rfour\n");
    out("one");
};

scenario line_output_literal => "", {}, sub {
    filter(POE::Filter::Line->new(OutputLiteral => "!"));
    feed("one!\ntwo!\r");
    out("one", "two");
};

scenario line_detects_lf => "", {}, sub {
    filter(POE::Filter::Line->new(InputLiteral => ""));
    feed("one\ntwo\r\nthree\r", "four\n\rfive\n");
};

scenario line_detects_crlf => "", {}, sub {
    filter(POE::Filter::Line->new(InputLiteral => ""));
    feed("one\r\ntwo\nthree\rfour\r\n");
};

scenario line_detects_crlf_in_two_reads => "", {}, sub {
    filter(POE::Filter::Line->new(InputLiteral => ""));
    feed("one\r", "\ntwo\nthree\r\n", "four\r\n");
};

scenario line_detects_cr => "", {}, sub {
    filter(POE::Filter::Line->new(InputLiteral => ""));
    feed("one\r", "two\nthree\r", "\n\r");
};

scenario line_put => "", {}, sub {
    filter(POE::Filter::Line->new());
    out("one", "", "two\n", 3);
    out();
};

scenario line_too_long => "", {}, sub {
    filter(POE::Filter::Line->new(MaxLength => 5));
    feed("12345\r\n", "123456\r\n");
};

scenario line_unfinished_and_too_long => "", {}, sub {
    filter(POE::Filter::Line->new(MaxLength => 5));
    feed("123", "45678");
};

scenario line_clone => "", {}, sub {
    filter(POE::Filter::Line->new(Literal => "!"));
    feed("one!tw");
    filter(filter()->clone());
    feed("o!");
    out("x");
};

scenario block_fixed => "", {}, sub {
    filter(POE::Filter::Block->new(BlockSize => 3));
    feed("ab", "cdefghijk", "\n\n\n");
    out("abc", "def");
};

scenario block_length_ahead => "", {}, sub {
    filter(POE::Filter::Block->new());
    feed("3\0abc0\00010\0", "0123", "456789", "1", "\0", "x", "2\0yy");
    out("abc", "", "0123456789");
};

scenario block_too_long => "", {}, sub {
    filter(POE::Filter::Block->new(MaxLength => 5));
    feed("5\0abcde", "6\0");
};

scenario block_without_a_length => "", {}, sub {
    filter(POE::Filter::Block->new());
    feed("abc");
    feed("3\0xyz");
};

scenario block_clone => "", {}, sub {
    filter(POE::Filter::Block->new(BlockSize => 3));
    feed("abcd");
    filter(filter()->clone());
    feed("efg");
};

scenario stream => "", {}, sub {
    filter(POE::Filter::Stream->new());
    feed("one\n", "two\0", " ");
    out("one", "", "two");
};

main();
