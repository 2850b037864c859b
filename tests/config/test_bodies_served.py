"""Bodies on the wire: the answers of web server and application to large, endless, lying and slow ones."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.processes import database_url, python, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN = "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
MB = 1024 * 1024
SLOW_SERVER = "import config.slow_clients as s; s.FIRST_SECONDS = 1; from gunicorn.app.wsgiapp import run; run()"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Start a web process as `make run` does, with one second in place of twenty for a body."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": database_url(),
        "SAMENSPEL_VAR": str(tmp_path),
        "PORT": str(port),
        "WEB_THREADS": "2",
    }
    command = ("-c", SLOW_SERVER, "config.wsgi", "--config", "config/gunicorn.py")
    with python(*command, environment=environment):
        wait_until(lambda: answer(port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith("HTTP"), "web")
        yield port


def answer(port: int, head: str, *parts: bytes, pause: float = 0) -> str:
    """Send a request part by part, as long as the server listens; return all that it answers within some seconds."""
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=8)) as connection:
            return talk(connection, head, *parts, pause=pause)
    except ConnectionRefusedError:
        return ""


def talk(connection: socket.socket, head: str, *parts: bytes, pause: float = 0) -> str:
    answer = b""
    try:
        connection.sendall(head.encode())
        for part in parts:
            time.sleep(pause)
            connection.sendall(part)
    except (BrokenPipeError, ConnectionResetError):
        pass
    try:
        while not whole(answer) and (data := connection.recv(65536)):
            answer += data
    except (TimeoutError, ConnectionResetError):
        pass
    return answer.decode(errors="replace")


def whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(lengths) and len(body) >= int(lengths[0])


def status(answer: str) -> str:
    return answer.split(" ", 2)[1] if answer else "no answer"


def memory(port: int) -> int:
    """Return the memory of the web processes of this test, in bytes."""
    mine = [p for p in psutil.Process(os.getpid()).children(recursive=True) if p.is_running()]
    return sum(p.memory_info().rss for p in mine if "gunicorn" in " ".join(p.cmdline()))


def test_large_bodies_are_refused_unread_and_the_server_goes_on(port: int) -> None:
    started = time.monotonic()
    told = answer(port, f"{LOGIN}Content-Length: {10**12}\r\n\r\n")
    assert status(told) == "413"
    assert "Dat is te veel ineens" in told
    assert time.monotonic() - started < 5

    # What the first answer loads stays loaded.
    before = memory(port)
    megabyte = b"x" * MB
    assert status(answer(port, f"{LOGIN}Content-Length: {300 * MB}\r\n\r\n", *[megabyte] * 300)) in ("413", "no answer")
    chunk = b"%x\r\n%s\r\n" % (MB, megabyte)
    head = f"{LOGIN}Transfer-Encoding: chunked\r\n\r\n"
    assert status(answer(port, head, chunk)) == "413"
    assert status(answer(port, head, *[chunk] * 300)) in ("413", "no answer")
    assert memory(port) - before < 20 * MB
    assert status(answer(port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")) == "200"


def test_connection_is_used_again_only_where_the_next_request_begins(port: int) -> None:
    """Send another request after a refused body, whose rest must not be taken for a request."""
    smuggled = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for head in (f"Content-Length: {200_000}\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n30d40\r\n"):
        with closing(socket.create_connection(("127.0.0.1", port), timeout=8)) as connection:
            body = smuggled * 5000
            assert status(talk(connection, LOGIN + head, body[:150_000])) == "413"
            later = talk(connection, "", body[150_000:200_000])
            assert '{"status": "ok"}' not in later
    with closing(socket.create_connection(("127.0.0.1", port), timeout=8)) as connection:
        short = f"{LOGIN}Content-Length: 7\r\n\r\nlogin=x"
        assert status(talk(connection, short)) in ("200", "403")
        assert '{"status": "ok"}' in talk(connection, smuggled.decode())


def test_lying_length_and_broken_chunks_are_an_error_of_the_visitor(port: int) -> None:
    both = f"{LOGIN}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    for head in (f"{LOGIN}Content-Length: -1\r\n\r\n", f"{LOGIN}Content-Length: ten\r\n\r\n", both):
        assert status(answer(port, head)) == "400"
    assert status(answer(port, f"{LOGIN}Transfer-Encoding: chunked\r\n\r\nZZ\r\nlogin\r\n")) in ("400", "408")


def test_slow_body_ends_in_time_and_frees_its_thread(port: int) -> None:
    """Keep both threads busy by clients that send a byte now and then; others must be served soon after."""
    started = time.monotonic()
    connections: list[Any] = []
    for kind in ("Content-Length: 5000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1388\r\n"):
        connection = socket.create_connection(("127.0.0.1", port), timeout=20)
        connection.sendall((LOGIN + kind).encode())
        connections.append(connection)
    for _ in range(12):
        time.sleep(0.2)
        for connection in connections:
            try:
                connection.sendall(b"x")
            except OSError:
                continue
    assert [status(talk(connection, "")) for connection in connections] == ["408", "408"]
    assert status(answer(port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")) == "200"
    assert time.monotonic() - started < 10
