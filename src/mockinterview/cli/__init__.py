"""The command line. Importing it is cheap: commands import what they need when they run."""

from __future__ import annotations


def main() -> None:
    """Run the ``mockinterview`` command with the arguments of this process."""
    import io
    import sys

    from mockinterview.cli.app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show "…" shows "?"
    app(prog_name="mockinterview")
