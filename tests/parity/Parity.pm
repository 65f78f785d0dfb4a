# What a Perl program of the parity tests is made of; parity.h is the same for
# the C one, and says what a cast is.  A scenario is
#
#     scenario name => "A: _start hello; -B: _start", {
#         "A hello" => sub { ... @_ as POE gives it ... },
#     };
#
# with, as a fourth argument, what to do instead of play().  What a handler
# returns to POE is what it gave to give(), as poe_return does.
package Parity;
use strict;
use warnings;
use Errno ();
use Exporter 'import';
use POE;
use POE::NFA ();

our @EXPORT = qw(scenario main play cast run spawn machine sid who note result errname give enter name_fd make_pipe);

my (%scenarios, @order);      # as the program declared them
my (%actors, @cast, %acts);   # of the one that is played
my (%sids, %born, %fd_names);
my @given;                    # a level for each handler that runs

sub scenario {
    my ($name, $cast, $acts, $drive) = @_;
    push @order, $name;
    $scenarios{$name} = { cast => $cast, acts => $acts // {}, drive => $drive // \&play };
}

sub note { printf "  %s\n", join "", @_ }

# From an errno, or a variable like $!, to its name.
sub errname {
    local $! = $_[0] + 0;
    return "0" if $! == 0;
    my @names = sort grep { $!{$_} } keys %!;
    return $names[0] // "?";
}

# What a function that returns nothing on failure, with $!, did.
sub result {
    my ($what, $value) = @_;
    my $error = $! + 0;
    note("$what: ", defined $value ? "ok" : errname($error));
}

sub give { $given[-1] = $_[0] if @given; return }

sub name_fd { $fd_names{ fileno $_[0] } = $_[1] }

sub make_pipe {
    pipe(my $out, my $in) or die "pipe: $!";
    $_->blocking(0), $_->autoflush(1) for $out, $in;
    name_fd($out, "out");
    name_fd($in,  "in");
    return ($out, $in);
}

sub sid { return $sids{ $_[0] } }

sub who {
    my ($session) = @_;
    return "-" unless defined $session;
    return "kernel" if ref $session eq "POE::Kernel";
    return $born{ ref $session ? $session->ID : $session } // $born{"$session"} // "?";
}

sub text {
    my ($value) = @_;
    return "-" unless defined $value;
    return who($value) if ref $value && $value =~ /^POE::(Session|Kernel|NFA)=/;
    return "[" . join(", ", map { text($_) } @$value) . "]" if ref $value eq "ARRAY";
    return "object" if ref $value;
    $value =~ s/ at \S+ line \d+\.?//g;
    $value =~ s/\n+/ /g;
    $value =~ s/ Additional error thrown in handler for previous error: /; and then: /;
    $value =~ s/ $//;
    return $value;
}

sub lettered {
    my ($letter, $value) = @_;
    return $fd_names{ fileno $value // -1 } // "?" if $letter eq "f";
    return $value == 0 ? "read" : "write" if $letter eq "m";
    return errname($value) if $letter eq "e";
    return defined $value ? "x" : "-" if $letter eq "x";
    return "~" if $letter eq "~";
    return text($value);
}

# DIE brings a hash; in C its members are arguments.
sub spread {
    my ($name, $what, @rest) = @_;
    return @_ unless ref $what eq "HASH" && exists $what->{error_str};
    return ($name, 0, $what->{error_str}, $what->{dest_session}, $what->{event}, $what->{file}, @rest);
}

# Without what is missing at the end: C sends nothing there.
sub defined_ones {
    my @values = @_;
    pop @values while @values && !defined $values[-1];
    return @values;
}

sub arguments {
    my ($letters, @values) = @_;
    @values = spread(@values) if @values > 1;
    @values = defined_ones(@values);
    my @letters = split //, $letters;
    my @texts;
    for my $value (@values) {
        my $letter = shift(@letters) // ".";
        push @texts, $letter eq "@" ? map { text($_) } defined_ones(@$value) : lettered($letter, $value);
    }
    return join ", ", @texts;
}

# The handler of every session of the cast.
sub handler {
    my ($actor, $event) = @_;
    return sub {
        $born{ $_[SESSION]->ID } //= $actor->{name};
        $born{"$_[SESSION]"} //= $actor->{name};
        $sids{ $actor->{name} } = $_[SESSION];
        my $letters = $actor->{letters}{$event} // "";
        my $name = ref $_[SESSION] eq "POE::NFA" ? "$_[POE::NFA::STATE()].$_[STATE]" : $_[STATE];
        printf "%s %s(%s) < %s%s\n", $actor->{name}, $name, arguments($letters, @_[ARG0 .. $#_]),
            who($_[SENDER]), $_[OBJECT] ? " object" : ""
            unless $letters eq "!";
        my $act = $acts{"$actor->{name} $name"};
        push @given, undef;
        if ($act) {
            eval { &$act; 1 } or do { pop @given; die $@ };
        }
        return pop @given;
    };
}

# The same for $kernel->state in a session of that name.
sub enter {
    my ($name, $event) = @_;
    return handler($actors{$name}, $event);
}

sub read_cast {
    for (split /\s*;\s*/, $_[0]) {
        my ($late, $name, $events) = /^(-?)(\w+):\s*(.*)$/s or die "parity: cannot read $_";
        my $actor = $actors{$name} = { name => $name, letters => {}, events => [] };
        for (split ' ', $events) {
            my ($event, $letters) = split m{/};
            push @{ $actor->{events} }, $event;
            $actor->{letters}{$event} = $letters;
        }
        push @cast, $name unless $late;
    }
}

sub spawn {
    my ($name, @args) = @_;
    my $actor = $actors{$name} or die "parity: nobody called $name";
    return POE::Session->create(
        inline_states => { map { $_ => handler($actor, $_) } @{ $actor->{events} } },
        args          => \@args,
    );
}

# A machine whose events are those of the cast, "first.enter"; it goes to a state at once.
sub machine {
    my ($name, $options, @goto) = @_;
    my $actor = $actors{$name} or die "parity: nobody called $name";
    my %states;
    for my $event (@{ $actor->{events} }) {
        my ($state, $what) = split /\./, $event;
        $states{$state}{$what} = handler($actor, $event);
    }
    my $machine = POE::NFA->spawn(inline_states => \%states, options => $options);
    $born{ $machine->ID } = $born{"$machine"} = $name;
    $sids{$name} = $machine;
    $machine->goto_state(@goto);
    return $machine;
}

# Keeps no session: create's result goes at once.
sub cast { spawn($_) for @cast; return }

sub run {
    if (eval { POE::Kernel->run; 1 }) {
        note("run ended");
    } else {
        note("run died: ", text($@));
    }
}

sub play { cast(); run() }

sub main {
    my ($name) = @ARGV;
    if (!defined $name) {
        print "$_\n" for @order;
        return 0;
    }
    my $scenario = $scenarios{$name} or return 2;
    $| = 1;
    %acts = %{ $scenario->{acts} };
    read_cast($scenario->{cast});
    $scenario->{drive}->();
    return 0;
}

1;
