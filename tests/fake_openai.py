"""A real server of OpenAI's kind on 127.0.0.1, in a thread, that behaves as each test scripts it.

It takes ``POST`` (chat completions, and the forms of audio) and ``GET /v1/models``, and keeps
every request with its headers, so a test can see what really left the program.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple


class Request(NamedTuple):
    """One request as it arrived; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def user(self) -> str:
        """The first user message."""
        return str(next(m["content"] for m in self.body["messages"] if m["role"] == "user"))


@dataclass
class Reply:
    """What to send back. ``delay`` is in seconds, before anything is sent."""

    body: str | bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    delay: float = 0.0


Behaviour = Reply | Callable[[Request], Reply]


def says(
    content: str | dict[str, Any] | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    usage: dict[str, Any] | None = None,
    no_usage: bool = False,
    model: str = "gpt-5-mini",
    delay: float = 0.0,
) -> Reply:
    """A well-formed completion whose message holds ``content`` (a dict is sent as JSON)."""
    text = json.dumps(content) if isinstance(content, dict) else content
    message = {"role": "assistant", "content": text, "refusal": refusal}
    made: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    if not no_usage:
        made["usage"] = usage or {
            "prompt_tokens": 1000,
            "completion_tokens": 200,
            "total_tokens": 1200,
        }
    return Reply(json.dumps(made), delay=delay)


def fails(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reply:
    """An error in OpenAI's form; ``retry_after="1"`` becomes the header Retry-After."""
    error = {"message": message, "type": "error", "param": None, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"error": error}), status, named)


class FakeOpenAI:
    """Serves behaviours in order; the last one again when the list is used up."""

    def __init__(self, behaviours: Iterable[Behaviour] = (), models: Iterable[str] = ()) -> None:
        self.behaviours = list(behaviours)
        self.models = list(models)
        self.requests: list[Request] = []
        self._served = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def base_url(self) -> str:
        """What to give as --base-url."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def asked(self) -> list[Request]:
        """The requests for a completion."""
        return [request for request in self.requests if request.method == "POST"]

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Reply:
        """Keep the request and return what the script says."""
        with self._lock:
            self.requests.append(request)
            if request.method == "GET" and self.models:
                listed = [{"id": name, "object": "model"} for name in self.models]
                return Reply(json.dumps({"object": "list", "data": listed}))
            if not self.behaviours:
                return fails(500, "this fake was given nothing to say")
            behaviour = self.behaviours[min(self._served, len(self.behaviours) - 1)]
            self._served += 1
        return behaviour if isinstance(behaviour, Reply) else behaviour(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve({})

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                sent = self.rfile.read(length)
                kind = self.headers.get("Content-Type", "")
                self._serve(json.loads(sent) if "json" in kind else form(kind, sent))

            def _serve(self, body: dict[str, Any]) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = fake.answer(Request(self.command, self.path, headers, body))
                if reply.delay:
                    time.sleep(reply.delay)
                sent = reply.body.encode() if isinstance(reply.body, str) else reply.body
                try:
                    self.send_response(reply.status)
                    self.send_header("Content-Type", reply.content_type)
                    self.send_header("Content-Length", str(len(sent)))
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(sent)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the client gave up waiting, as some tests want

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: tests read what was kept."""

        return Handler


def form(kind: str, sent: bytes) -> dict[str, Any]:
    """Return the fields of a multipart form; a file is bytes, a repeated field its last value."""
    parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + sent).get_payload()
    found: dict[str, Any] = {}
    for part in parts if isinstance(parts, list) else []:
        assert isinstance(part, Message)
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        found[name] = value if part.get_filename() else value.decode()
    return found


def answer_sentences(request: Request) -> list[str]:
    """The sentences of the candidate's answer, as the model would read them."""
    fence = re.search(r"<answer-(\w+)>\n(.*?)\n</answer-\1>", request.user, re.DOTALL)
    assert fence, "the request holds no fenced answer"
    return [json.loads(line.partition(": ")[2]) for line in fence.group(2).split("\n") if line]
