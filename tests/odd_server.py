# An HTTP server on loopback that does, by path, what servers should not.  Prints its port.
import socket
import threading

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ODD = {
    "/until-the-end": b"HTTP/1.0 200 OK\r\n\r\nuntil the end",
    "/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut",
    "/nothing": b"",
    "/bare-cr": b"HTTP/1.1 200 OK\r\nA:\rContent-Length: 3\r\n\r\nabc",
    "/extra": OK + b"HTTP/1.1",
}


def request(peer):
    octets = b""
    while b"\r\n\r\n" not in octets:
        part = peer.recv(4096)
        if not part:
            return None
        octets += part
    return octets.split()[1].decode()


def serve(peer):
    served = 0
    with peer:
        while (path := request(peer)) is not None:
            # Closes a connection that was kept, just as it is used again.
            if path == "/stale" and served > 0:
                return
            peer.sendall(ODD.get(path, OK))
            if path in ODD:
                return
            served += 1


with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
