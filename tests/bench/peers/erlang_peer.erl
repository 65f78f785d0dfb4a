%% Erlang/OTP, one scheduler, compiled by erlc (so run by the JIT).
%%
%% yield, pingpong, ring
%%     1, 2 or 503 processes pass a message {token, Left}.  Counted: each message.
%% deep
%%     A process sends itself 100,000 messages, then receives them; the first
%%     time in the process.  Counted: each message.
%% session_bytes
%%     Resident bytes for each of 100,000 processes waiting for a message.
%% session_churn
%%     Spawns a process that ends at once and waits to hear of its end.
%% delay_churn
%%     1,000,000 timers pending, due in 1,000 to 2,000 s.  One of them, at random,
%%     is cancelled and set anew.  Told: ns per operation, half such a pair.
%% delay_fire
%%     1,000,000 timers, due in random order over half a second, send a message.
%%     Told: CPU ns for each, setting them left out.
-module(erlang_peer).
-export([main/1]).

main([Bench]) ->
    main([Bench, "1"]);
main([Bench, Scale]) ->
    case run(list_to_atom(Bench), to_float(Scale)) of
        {Value, Unit} ->
            io:format("~s.erlang ~b ~s~n", [Bench, round(Value), Unit]),
            halt(0);
        none ->
            io:format(standard_error, "erlang: no bench named \"~s\"~n", [Bench]),
            halt(2)
    end.

to_float(Text) ->
    try list_to_float(Text) catch error:badarg -> float(list_to_integer(Text)) end.

run(yield, Scale)         -> {pass(1, count(Scale, 5000000)), "events/s"};
run(pingpong, Scale)      -> {pass(2, count(Scale, 2000000)), "events/s"};
run(ring, Scale)          -> {pass(503, count(Scale, 2000000)), "events/s"};
run(deep, Scale)          -> {deep(count(Scale, 100000)), "events/s"};
run(session_bytes, Scale) -> {session_bytes(count(Scale, 100000)), "bytes"};
run(session_churn, Scale) -> {session_churn(count(Scale, 300000)), "sessions/s"};
run(delay_churn, Scale)   -> {delay_churn(count(Scale, 1000000)), "ns"};
run(delay_fire, Scale)    -> {delay_fire(count(Scale, 1000000)), "ns"};
run(_, _)                 -> none.

count(Scale, N) -> max(1, round(Scale * N)).

%% Calls Work and returns how often a second it did one of the Count.
rate(Count, Work) ->
    {Microseconds, _} = timer:tc(Work),
    Count * 1.0e6 / Microseconds.

%% A ring of Size processes; the first is this one's child and knows the last.
pass(Size, Count) ->
    Me = self(),
    First = spawn(fun () -> receive {next, Next} -> member(Next, Me) end end),
    Last = lists:foldl(fun (_, Next) -> spawn(fun () -> member(Next, Me) end) end,
                       First, lists:seq(2, Size)),
    First ! {next, Last},
    rate(Count, fun () -> First ! {token, Count}, receive done -> ok end end).

member(Next, Main) ->
    receive
        {token, 1}    -> Main ! done;
        {token, Left} -> Next ! {token, Left - 1}, member(Next, Main)
    end.

deep(Count) ->
    rate(Count, fun () -> post(Count), drain(Count) end).

post(0)    -> ok;
post(Left) -> self() ! {event, Left}, post(Left - 1).

drain(0)    -> ok;
drain(Left) -> receive {event, _} -> drain(Left - 1) end.

session_bytes(Count) ->
    Before = resident(),
    _Idle = [spawn(fun () -> receive stop -> ok end end) || _ <- lists:seq(1, Count)],
    (resident() - Before) / Count.

resident() ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = string:lexemes(Text, " "),
    binary_to_integer(Pages) * 4096.

session_churn(Count) ->
    rate(Count, fun () -> churn(Count) end).

churn(0) ->
    ok;
churn(Left) ->
    {_, Monitor} = spawn_monitor(fun () -> ok end),
    receive {'DOWN', Monitor, process, _, _} -> churn(Left - 1) end.

%% The pending timers are in a table of a fixed size, found by number.
delay_churn(Pending) ->
    Pairs = max(1, Pending div 10),
    Timers = ets:new(timers, [private]),
    [ets:insert(Timers, {I, far_timer()}) || I <- lists:seq(1, Pending)],
    Numbers = [rand:uniform(Pending) || _ <- lists:seq(1, Pairs)],
    {Lookup, _} = timer:tc(fun () -> [touch(Timers, I) || I <- Numbers] end),
    {Both, _} = timer:tc(fun () -> [renew(Timers, I) || I <- Numbers] end),
    (Both - Lookup) * 1000 / Pairs / 2.

far_timer() -> erlang:start_timer(1000000 + rand:uniform(1000000), self(), far).

%% What the table costs alone, to be taken off.
touch(Timers, I) ->
    [{I, Timer}] = ets:lookup(Timers, I),
    ets:insert(Timers, {I, Timer}).

renew(Timers, I) ->
    [{I, Timer}] = ets:lookup(Timers, I),
    erlang:cancel_timer(Timer),
    ets:insert(Timers, {I, far_timer()}).

%% Due times are absolute, 1.5 s away, so that none is due while they are set.
delay_fire(Count) ->
    Start = erlang:monotonic_time(millisecond) + 1500,
    [erlang:start_timer(Start + rand:uniform(500), self(), fire, [{abs, true}])
     || _ <- lists:seq(1, Count)],
    {Before, _} = statistics(runtime),
    fired(Count),
    {After, _} = statistics(runtime),
    (After - Before) * 1.0e6 / Count.

fired(0)    -> ok;
fired(Left) -> receive {timeout, _, fire} -> fired(Left - 1) end.
