# Plays a script with one of demos/ports, in either language: play_ports.py SCRIPT COMMAND...
# Prints what was done and what came of it, line by line; the order is the script's.
# It waits for each line that has to come, so nothing depends on time.
import os
import select
import socket
import struct
import subprocess
import sys
import time

PATIENCE = 5.0  # seconds, for what has to come


class Lines:
    """Lines from a descriptor, one at a time."""

    def __init__(self, fd):
        self.fd = fd
        self.octets = b""

    def next(self):
        while b"\n" not in self.octets:
            ready, _, _ = select.select([self.fd], [], [], PATIENCE)
            part = os.read(self.fd, 4096) if ready else None
            if part is None:
                return "(nothing came)"
            if not part:
                return "(the end)"
            self.octets += part
        line, self.octets = self.octets.split(b"\n", 1)
        return line.decode().rstrip("\r")


class Program:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.lines = Lines(self.process.stdout.fileno())

    def prints(self, count=1):
        for _ in range(count):
            print("    " + self.lines.next())

    def ends(self):
        line = self.lines.next()
        while not line.startswith("("):
            print("    " + line)
            line = self.lines.next()
        print(line)
        if line == "(nothing came)":
            self.process.kill()
        print("exit status", self.process.wait())


class Visitor:
    def __init__(self, name, port):
        self.name = name
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.lines = Lines(self.socket.fileno())
        print(name, "comes")

    def says(self, *lines):
        for line in lines:
            print(f"{self.name} says {line}")
        self.socket.sendall("".join(line + "\r\n" for line in lines).encode())

    def hears(self, count=1):
        for _ in range(count):
            print(f"    {self.name} hears {self.lines.next()}")

    def goes(self):
        print(self.name, "goes")
        self.socket.close()

    def breaks_off(self):
        print(self.name, "breaks off")
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def all_hear(*visitors):
    for visitor in visitors:
        visitor.hears()


def chat(command):
    server = Program([*command, "0"])
    port = int(server.lines.next().split()[-1])
    ann = Visitor("ann", port)
    ann.hears()
    ann.says("two words")
    ann.hears()
    ann.says("ann")
    ann.hears()
    bob = Visitor("bob", port)
    bob.hears()
    bob.says("ann")
    bob.hears()
    bob.says("bob")
    all_hear(ann, bob)
    shy = Visitor("shy", port)
    shy.hears()
    shy.goes()
    ann.says("hello", "again")
    ann.hears(2)
    bob.hears(2)
    cid = Visitor("cid", port)
    cid.hears()
    cid.says("cid")
    all_hear(ann, bob, cid)
    bob.says("/who")
    bob.hears()
    bob.says("/where")
    bob.hears()
    cid.breaks_off()
    all_hear(ann, bob)
    ann.says("/who")
    ann.hears()
    bob.says("/quit")
    ann.hears()
    bob.hears()
    dan = Visitor("dan", port)
    dan.hears()
    dan.says("bob")
    all_hear(ann, dan)
    late = Visitor("late", port)
    late.hears()
    ann.says("/close")
    all_hear(ann, dan)
    late.goes()
    server.ends()


def lets_go(gate, text):
    print("through", gate, "goes", text)
    with open(gate, "w") as fifo:
        fifo.write(text + "\n")


def jobs_one(command):
    os.mkfifo("gate")
    runner = Program([*command, "1", "echo hello; read x <gate; echo oops $x >&2; exit 3", "true",
                      "printf 'no newline'", "kill -9 $$", "no-such-command 2>/dev/null",
                      "exec >&- 2>&-; read x <gate; exit 5", "echo one; echo; echo three"])
    runner.prints(2)
    lets_go("gate", "first")
    runner.prints(11)
    lets_go("gate", "second")
    runner.ends()


def jobs_three(command):
    for n in range(1, 6):
        os.mkfifo(f"gate{n}")
    runner = Program([*command, "3", *(f"read x <gate{n}; echo $x" for n in range(1, 6))])
    runner.prints(3)
    lets_go("gate2", "two")
    runner.prints(3)
    lets_go("gate4", "four")
    runner.prints(3)
    lets_go("gate1", "one")
    runner.prints(2)
    lets_go("gate5", "five")
    runner.prints(2)
    lets_go("gate3", "three")
    runner.ends()


def jobs_none(command):
    Program([*command, "3"]).ends()


def write(mode, *lines):
    for line in lines:
        print("log:", line)
    with open("log", mode) as file:
        file.write("".join(line + "\n" for line in lines))


# Perl's looks at the file every 50 ms, and cannot tell what happens in between.
def settle():
    time.sleep(0.2)


def logwatch(command):
    write("w", "stray", "begin a", "x")
    watcher = Program([*command, "log"])
    watcher.prints()
    write("a", "y", "commit")
    watcher.prints()
    write("a", "begin b", "x", "begin c", "abort")
    watcher.prints(2)
    settle()
    print("rotated")
    os.rename("log", "log.1")
    write("w", "begin d", "1", "2", "3", "commit")
    watcher.prints()
    write("a", "commit", "begin e", "begin f")
    watcher.prints()
    settle()
    print("copied and truncated")
    write("w", "1", "commit")
    watcher.prints()
    settle()
    print("deleted")
    os.unlink("log")
    settle()
    write("w", "begin g", "abort", "quit")
    watcher.ends()


def logwatch_missing(command):
    watcher = Program([*command, "log"])
    watcher.prints()
    settle()
    write("w", "begin a", "commit")
    watcher.prints()
    write("a", "quit")
    watcher.ends()


SCRIPTS = {"chat": chat, "jobs_one": jobs_one, "jobs_three": jobs_three, "jobs_none": jobs_none,
           "logwatch": logwatch, "logwatch_missing": logwatch_missing}

sys.stdout.reconfigure(line_buffering=True)
SCRIPTS[sys.argv[1]](sys.argv[2:])
