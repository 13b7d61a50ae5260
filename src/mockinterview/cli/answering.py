"""Reads what the candidate types or pipes in: lines of an answer, and the slash commands."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, NamedTuple

from mockinterview.errors import MockInterviewError

Command = Literal["hint", "skip", "repeat", "edit", "time", "pause", "quit", "help"]
COMMANDS: dict[str, str] = {
    "/done": "send the answer (or press Ctrl-D)",
    "/hint": "how to approach this question",
    "/edit": "write the answer in your editor",
    "/repeat": "read the question again",
    "/time": "how long so far",
    "/pause": "stop the clock until you press Enter",
    "/skip": "leave this question out",
    "/quit": "stop here; everything is kept",
}


class Typed(NamedTuple):
    """What came in: the lines so far, and the command that ended them.

    ``command`` is "send", one of the slash commands without its slash, or "eof" when the
    input ended before a single line.
    """

    lines: list[str]
    command: str


class Input:
    """Standard input as lines, the same for a terminal and for a pipe."""

    def __init__(self) -> None:
        self._typing = self._gone = False
        self._rest = ""
        self.interactive = sys.stdin is not None and sys.stdin.isatty()
        if self.interactive:
            # Line editing, and no 4096-character limit on a pasted paragraph.
            import readline  # noqa: F401
        elif hasattr(sys.stdin, "reconfigure"):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")

    def line(self, prompt: str = "") -> str | None:
        """Return the next line without its end, or None when the input has ended."""
        if self.interactive:
            self._typing, self._rest = True, ""
            try:
                with _prompt_on_terminal(), self._noting_half_lines():
                    text = input(prompt)
            except EOFError:
                self._stop_if_gone("")
                sys.stderr.write("\n")
                return None
            self._stop_if_gone(text)
            self._typing = False
            return text
        if sys.stdin is None:
            return None
        read = sys.stdin.readline()
        return read.rstrip("\r\n") if read else None

    def half_line(self) -> list[str]:
        """Return the line that was being typed when Ctrl-C came, if it held any answer."""
        if not self._typing:
            return []
        import readline

        half = readline.get_line_buffer() or self._rest
        return [half] if half.strip() and not self._command(half) else []

    def hang_up(self, number: int, frame: object) -> None:
        """Stop as Ctrl-C does; the signal handler for SIGTERM and SIGHUP."""
        if self._typing and not os.isatty(0):
            # The window was closed: `input` is about to return.
            self._gone = True
            return
        raise KeyboardInterrupt

    def _stop_if_gone(self, rest: str) -> None:
        if self._gone:
            self._rest = rest or self._rest
            raise KeyboardInterrupt

    @contextmanager
    def _noting_half_lines(self) -> Iterator[None]:
        """Note every half second what stands on the line: readline drops it with its terminal."""
        if not hasattr(signal, "setitimer"):  # Windows
            yield
            return
        import readline

        def note(number: int, frame: object) -> None:
            self._rest = readline.get_line_buffer()

        before = signal.signal(signal.SIGALRM, note)
        signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def answer(self, lines: list[str], on_line: Callable[[list[str]], None]) -> Typed:
        """Read on from ``lines`` until a command; ``on_line`` is told after every line."""
        while True:
            read = self.line("| " if self.interactive else "")
            if read is None:
                return Typed(lines, "send" if any(lines) else "eof")
            # One paste may bring several lines at once.
            for line in read.split("\n"):
                command = self._command(line)
                if command:
                    return Typed(lines, command)
                lines.append(line)
            on_line(lines)

    def _command(self, line: str) -> str:
        word = line.strip().lower()
        if word == "/done":
            return "send"
        if word in COMMANDS or word == "/help":
            return word[1:]
        # "/api/v1/users" is an answer; "/skp" on its own at a terminal is a slip.
        if self.interactive and word.startswith("/") and word[1:].isalpha():
            return "unknown " + word
        return ""


@contextmanager
def _prompt_on_terminal() -> Iterator[None]:
    """Prompt and edit on standard error while standard output is a file or a pipe.

    ``input`` would write the prompt into that file and cut pasted lines at 4096 characters.
    """
    if sys.stdout is None or sys.stdout.isatty() or not sys.stderr.isatty():
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def nearest_command(word: str) -> str:
    """Return the help line for a mistyped command."""
    near = get_close_matches(word, COMMANDS, n=1)
    if near:
        return f"{word} is not a command. Did you mean {near[0]}?"
    return f"{word} is not a command. /help lists them."


def in_editor(text: str) -> str:
    """Return ``text`` as the user left it in ``$VISUAL`` or ``$EDITOR``.

    Raises:
        MockInterviewError: no editor could be started, or it failed; ``text`` is unharmed.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    command = command or ("notepad" if os.name == "nt" else "vi")
    with tempfile.TemporaryDirectory(prefix="mockinterview-") as folder:
        file = Path(folder) / "answer.txt"
        file.write_text(f"{text}\n" if text else "", encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(command), str(file)], check=False)
        except (OSError, ValueError) as error:
            raise MockInterviewError(
                f"The editor {command!r} could not be started: {error}.",
                "Set EDITOR to your editor, for example: export EDITOR=nano",
            ) from error
        if done.returncode:
            raise MockInterviewError(
                f"The editor {command!r} ended with an error; your text is as it was before.",
                "Set EDITOR to another editor, or type the answer here.",
            )
        return file.read_text(encoding="utf-8").rstrip("\n")
