"""Single keys while something else goes on: any key stops the voice, Enter ends a recording."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self


class Keys:
    """Reads keys of the terminal without waiting; in a pipe there are none.

    While it is open, keys do not show; Ctrl-C works as ever.
    """

    def __init__(self) -> None:
        self._before: list[Any] | None = None
        self._terminal = sys.stdin is not None and sys.stdin.isatty()

    def __enter__(self) -> Self:
        if self._terminal and sys.platform != "win32":
            import termios
            import tty

            self._before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None and sys.platform != "win32":
            import termios

            # What was typed ahead would answer the next prompt: it is dropped.
            termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, self._before)

    def pressed(self) -> str:
        """Return the key pressed since the last call ("" for none; Enter is a line break)."""
        if not self._terminal:
            return ""
        if sys.platform == "win32":
            import msvcrt

            return msvcrt.getwch().replace("\r", "\n") if msvcrt.kbhit() else ""
        import os
        import select

        ready, _, _ = select.select([sys.stdin], [], [], 0)
        return os.read(sys.stdin.fileno(), 32).decode(errors="replace") if ready else ""
