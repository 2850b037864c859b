"""Limit the time that a request body may take, so that slow clients cannot keep all threads of a web process."""

import socket
import time
from typing import Any

# Seconds for every body, and what a slow line carries: a file of 25 MB may take some eight minutes.
FIRST_SECONDS = 20
BYTES_PER_SECOND = 50_000


class PatientSocket:
    """A socket that reads until a deadline; after that reading raises TimeoutError."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock = sock
        self.deadline = deadline

    def recv(self, size: int) -> bytes:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError("the body came too slowly")
        self.sock.settimeout(remaining)
        try:
            return self.sock.recv(size)
        finally:
            self.sock.settimeout(None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


def limit_reading(request: Any) -> None:
    """Give the body of a gunicorn request a deadline, by its length."""
    lengths = [int(value) for name, value in request.headers if name == "CONTENT-LENGTH" and value.isdecimal()]
    seconds = FIRST_SECONDS + sum(lengths) / BYTES_PER_SECOND
    request.unreader.sock = PatientSocket(request.unreader.sock, time.monotonic() + seconds)


def end_limit(request: Any) -> None:
    """Give the connection its own socket back: the next request on it has a deadline of its own."""
    if isinstance(request.unreader.sock, PatientSocket):
        request.unreader.sock = request.unreader.sock.sock
