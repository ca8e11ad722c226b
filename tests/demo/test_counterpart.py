"""The counterpart of the demonstration as a network sees it."""

import socket

from joserfc.jwk import RSAKey

from tests.listening import listening


def test_an_answer_of_the_counterpart_leaves_in_one_piece(tmp_path, settings):
    """In two pieces the second waits 40 ms for the client, and deliveries look slower than they are."""
    # Each write to such a socket is a packet of its own.
    client, served = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with client, listening(tmp_path, key=RSAKey.generate_key(2048), settings=settings) as counterpart:
        client.send(b"GET /hovedbok HTTP/1.1\r\nConnection: close\r\n\r\n")
        counterpart.finish_request(served, ("", 0))
        served.close()
        pieces = []
        while piece := client.recv(65536):
            pieces.append(piece)
    assert len(pieces) == 1
    head, body = pieces[0].split(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert body == b"[]"
