"""Every error a user can meet: what happened, what to do next, and the exit code.

MockInterviewError                1  could not
├── UsageError                    2  wrong option or argument
├── ConfigurationError            3  a key or a setting is missing or wrong
├── JudgeError                    4  no judgement; the answer is safe and unscored
│   ├── JudgeUnreachable          4  network, timeout, 5xx, 429 after retries
│   ├── JudgeMisconfigured        3  401, 403, unknown model, no quota
│   ├── JudgeRefused              4  the model would not, or could not, give a valid reply
│   └── BudgetReached             6  the next call would pass --budget
├── BadInput                      7  a pack or an input file is wrong
├── SpeechError                   1  no microphone, no voice, or no transcript; recordings are safe
└── StoreError                    1  the store could not be read or written
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; scripts may rely on them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    CONFIGURATION = 3
    PROVIDER = 4
    UNSCORED = 5
    BUDGET = 6
    BAD_INPUT = 7
    INTERRUPTED = 130


class MockInterviewError(Exception):
    """Base of all errors shown to a user as one message and a hint, never a traceback."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(MockInterviewError):
    """An option or argument that cannot be used as given."""

    exit_code = ExitCode.USAGE


class ConfigurationError(MockInterviewError):
    """A key or a setting is missing or has a value that cannot be used."""

    exit_code = ExitCode.CONFIGURATION


class JudgeError(MockInterviewError):
    """A judge gave no judgement. Never a score: the answer stays unscored and can be regraded."""

    exit_code = ExitCode.PROVIDER
    code = "judge_failed"


class JudgeUnreachable(JudgeError):
    """The server could not be reached, timed out, or kept failing after the retries."""

    code = "unreachable"


class JudgeMisconfigured(JudgeError):
    """The server is there and says that the key, the model or the quota is wrong."""

    exit_code = ExitCode.CONFIGURATION
    code = "misconfigured"


class JudgeRefused(JudgeError):
    """The model refused, was cut off, or gave no valid reply even after one repair."""

    code = "refused"


class BudgetReached(JudgeError):
    """The next call could pass the budget, so it was not made."""

    exit_code = ExitCode.BUDGET
    code = "budget"


class BadInput(MockInterviewError):
    """A pack or an input file is wrong; the message names the file, the line and the key."""

    exit_code = ExitCode.BAD_INPUT


class StoreError(MockInterviewError):
    """The store could not be read or written; what it already held is untouched."""


class SpeechError(MockInterviewError):
    """Sound could not be recorded, played, made or understood; what was recorded is kept."""
