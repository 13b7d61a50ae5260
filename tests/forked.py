"""Runs the command in a process of its own that is forked from one with the imports done.

A fresh interpreter takes most of a second to import; hundreds of them took most of the suite's
time. The child is a real process with real standard streams, environment and exit code.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import time
from pathlib import Path

_IMPORTED = (
    "mockinterview.cli.app",
    "mockinterview.cli.feedback",
    "mockinterview.judges.offline.judge",
    "mockinterview.stores.sqlite",
    "mockinterview.exports.answers",
    "mockinterview.judges.openai_chat",
    "mockinterview.judges.transport",
    "fsrs",
    "jinja2",
    "onnxruntime",
    "openai",
    "rich.progress",
    "rich.table",
    "tokenizers",
)


def _child(arguments: tuple[str, ...], env: dict[str, str], cwd: str, streams: list[str]) -> None:
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    for number, path in enumerate(streams):
        opened = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = ["mockinterview", *arguments]
    runpy.run_module("mockinterview", run_name="__main__", alter_sys=True)


def run_forked(
    arguments: tuple[str, ...], *, stdin: str, folder: Path, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run ``mockinterview ARGUMENTS`` with this process's environment and folder.

    Raises:
        subprocess.TimeoutExpired: it took longer than ``seconds``; it was killed.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_IMPORTED))
    folder.mkdir(parents=True, exist_ok=True)
    streams = [folder / name for name in ("stdin", "stdout", "stderr")]
    for path, text in zip(streams, (stdin, "", ""), strict=True):
        path.write_bytes(text.encode("utf-8"))
    given = (arguments, dict(os.environ), str(Path.cwd()), [str(path) for path in streams])
    child = context.Process(target=_child, args=given)
    child.start()
    child.join(seconds)
    if child.exitcode is None:
        child.kill()
        child.join()
        raise subprocess.TimeoutExpired(arguments, seconds)
    out, err = (
        path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        for path in streams[1:]
    )
    return subprocess.CompletedProcess(arguments, child.exitcode, out, err)
