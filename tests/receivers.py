"""A web hook and a mail server on the loopback address, which keep what they receive."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class Chat(BaseHTTPRequestHandler):
    """A web hook that keeps the texts it receives."""

    received: list[str]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.received.append(json.loads(self.rfile.read(length))["text"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over one message."""

    received: list[str]

    def handle(self) -> None:
        self.answer("220 ready")
        for line in self.rfile:
            word = line.decode().upper().split()[0].strip()
            if word == "DATA":
                self.answer("354 go on")
                self.received.append("".join(iter(lambda: self.rfile.readline().decode(), ".\r\n")))
            elif word == "QUIT":
                self.answer("221 bye")
                return
            self.answer("250 ok")

    def answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def chat() -> Iterator[str]:
    """Host and port of a web hook; `Chat.received` has its texts."""
    Chat.received = []
    with _served(HTTPServer(("127.0.0.1", 0), Chat)) as address:
        yield address


@contextmanager
def mail() -> Iterator[str]:
    """Host and port of a mail server; `Mail.received` has its messages."""
    Mail.received = []
    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)) as address:
        yield address


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[str]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host, port = server.server_address[:2]
    try:
        yield f"{host}:{port}"
    finally:
        server.shutdown()
        server.server_close()
