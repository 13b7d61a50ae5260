"""The command line. Importing it is cheap: commands import what they need when they run."""

from __future__ import annotations


def main() -> None:
    """Run the ``mockinterview`` command with the arguments of this process."""
    from mockinterview.cli.app import app

    app(prog_name="mockinterview")
