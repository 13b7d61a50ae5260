"""Counts tokens and money: estimates before a call, the server's own figures after it."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mockinterview.errors import BudgetReached, ConfigurationError
from mockinterview.model import Usage

if TYPE_CHECKING:
    import tiktoken

#: Expected length of a reply, in tokens, before any reply has been seen.
EXPECTED_REPLY = 2_000
_ENCODINGS = "https://openaipublic.blob.core.windows.net/encodings/"
_HASHES = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


def count_tokens(text: str, model: str) -> int:
    """Return about how many tokens ``text`` is to ``model``; never touches the network.

    tiktoken counts where its table already lies in its cache; else UTF-8 bytes / 4.
    """
    encoding = _encoding(model)
    if encoding is None:
        return len(text.encode()) // 4 + 1
    return len(encoding.encode(text, disallowed_special=()))


@lru_cache(maxsize=8)
def _encoding(model: str) -> tiktoken.Encoding | None:
    # tiktoken downloads what is not in its cache, so we look first (tiktoken/load.py).
    if not any(_cached(name).is_file() for name in _HASHES):
        return None
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return None
    path = _cached(name)
    if name not in _HASHES or not path.is_file():
        return None
    # A table with another hash would be deleted and fetched again.
    if hashlib.sha256(path.read_bytes()).hexdigest() != _HASHES[name]:
        return None
    return tiktoken.get_encoding(name)


def _cached(name: str) -> Path:
    # usedforsecurity: the hash is a file name here.
    key = hashlib.sha1(f"{_ENCODINGS}{name}.tiktoken".encode(), usedforsecurity=False).hexdigest()
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            folder = os.environ[variable]
            return Path(folder) / key if folder else Path(os.devnull) / key
    return Path(tempfile.gettempdir()) / "data-gym-cache" / key


def price(usage: Usage, model: str, base_url: str) -> float | None:
    """Return the cost of ``usage`` in US dollars, or None where no price is known."""
    try:
        from genai_prices import Usage as PriceUsage
        from genai_prices import calc_price
    except ImportError:
        return None
    tokens = PriceUsage(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        cache_read_tokens=min(usage.cached_tokens, usage.prompt_tokens),
    )
    try:
        return float(calc_price(tokens, model, provider_api_url=base_url).total_price)
    except LookupError:
        return None


class Purse:
    """Running totals of one judge, and the limit that calls side by side share."""

    def __init__(self, model: str, base_url: str, limit_usd: float | None) -> None:
        self._model, self._base_url, self._limit = model, base_url, limit_usd
        self._lock = threading.Lock()
        self._held = 0.0
        self._longest_reply = 0
        self.spent_usd: float | None = None
        self.usage = Usage()
        if limit_usd is not None and price(Usage(prompt_tokens=1), model, base_url) is None:
            raise ConfigurationError(
                f"The price of {model or 'this model'} is not known here, so a budget cannot be "
                "kept.",
                "Leave out --budget, name a model with --model, or install the price table: "
                "pip install 'mockinterview[prices]'.",
            )

    def hold(self, prompt_tokens: int, max_tokens: int | None) -> float:
        """Set aside what the next call may cost, in dollars, and return it.

        Raises:
            BudgetReached: the limit would be passed; nothing is set aside.
        """
        if self._limit is None:
            return 0.0
        with self._lock:
            reply = max_tokens or self._longest_reply or EXPECTED_REPLY
            usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=reply)
            cost = price(usage, self._model, self._base_url) or 0.0
            spent = self.spent_usd or 0.0
            if spent + self._held + cost > self._limit:
                raise BudgetReached(
                    f"The next reading would cost about ${cost:.4f}; ${spent:.4f} of the budget "
                    f"of ${self._limit:.4f} is spent.",
                    "Your answer is kept. Raise --budget, or score it later with regrade.",
                )
            self._held += cost
            return cost

    def release(self, held: float) -> None:
        """Give back what `hold` set aside, once the call is over."""
        with self._lock:
            self._held -= held

    def pay(self, usage: Usage, cost: float | None) -> None:
        """Add one call's tokens and cost to the totals."""
        with self._lock:
            self.usage = add_usage(self.usage, usage)
            self._longest_reply = max(self._longest_reply, usage.completion_tokens)
            self.spent_usd = add_cost(self.spent_usd, cost, first=self.usage.calls == usage.calls)


def add_usage(one: Usage, other: Usage) -> Usage:
    """Return the sum of two usages; estimated if any part is."""
    return Usage(
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        reasoning_tokens=one.reasoning_tokens + other.reasoning_tokens,
        calls=one.calls + other.calls,
        estimated=one.estimated or other.estimated,
    )


def add_cost(one: float | None, other: float | None, *, first: bool) -> float | None:
    """Return the sum of two costs; a sum with an unknown part is unknown, never too low."""
    if first:
        return other
    return None if one is None or other is None else one + other
