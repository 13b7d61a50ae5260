"""Packs: strict loading with the exact line of every mistake, and a bank that survives them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockinterview import bank
from mockinterview.errors import BadInput, UsageError

GOOD = """\
# yaml-language-server: $schema=schema.json
pack: baker
title: Baker
role: Baker
description: Questions for people who bake.
questions:
  - id: why-bread
    category: behavioral
    text: Tell me about a loaf that went wrong.
    why_asked: To hear how you find a cause.
    star:
      situation: Which bread, where.
      task: What you had to deliver.
      action: What you tried.
      result: What came out.
    key_points:
      - id: names-cause
        text: Names the cause
        weight: vital
      - id: says-change
        text: Says what was changed
    sample_answer: >-
      Our sourdough came out flat for a week. I was the one on the early shift, so I had to find
      out why. I kept one thing the same each day and changed another, and saw that the new flour
      needed more water. I wrote the new amount on the wall, and the bread rose again on Friday.
    tip: Tell it like a small search.
    competencies: [problem-solving]
    follow_ups:
      - What did you tell the customers?
    minutes: 1.5
"""


def pack(tmp_path: Path, text: str, name: str = "baker.yaml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def problems(tmp_path: Path, old: str, new: str) -> list[bank.Problem]:
    assert old in GOOD
    return bank.check_file(pack(tmp_path, GOOD.replace(old, new, 1)))


def test_a_good_pack_has_no_problems(tmp_path: Path) -> None:
    file = pack(tmp_path, GOOD)
    assert bank.check_file(file) == []
    assert bank.load_pack(file).questions[0].minutes == 1.5


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "said", "mend"),
    [
        ("title: Baker\n", "title: Baker\ntitle: Two\n", 4, "title", "line 3", "keep one"),
        ("    tip: Tell", "    tpi: Tell", 26, "questions[0].tpi", "not known", "tip"),
        ("role: Baker", "role: no", 4, "role", "false", '"no"'),
        ("role: Baker", "role: on", 4, "role", "true", '"on"'),
        ("role: Baker", "role: 1:30", 4, "role", "number", '"1:30"'),
        ("role: Baker", "role: 2024-01-01", 4, "role", "date", '"2024-01-01"'),
        ("role: Baker", "role: ~", 4, "role", "nothing", '"~"'),
        ("role: Baker", "role: 1.0", 4, "role", "number", '"1.0"'),
        ("role: Baker", "role:", 4, "role", "nothing is written", "text"),
        ("minutes: 1.5", "minutes: 1:30", 30, "questions[0].minutes", "its own", "1.5"),
        ("minutes: 1.5", "minutes: .inf", 30, "questions[0].minutes", "its own", "1.5"),
        ("minutes: 1.5", "minutes: 0", 30, "questions[0].minutes", "more than 0", ""),
        ("minutes: 1.5", "minutes: long", 30, "questions[0].minutes", "a number is wanted", ""),
        ("behavioral", "behavioural", 8, "questions[0].category", "technical", "behavioral"),
        ("    why_asked: To hear how you find a cause.\n", "", 7, "questions[0].why_asked",
         "missing", "why_asked"),
        ("why_asked: To hear how you find a cause.", "why_asked: Eh", 10,
         "questions[0].why_asked", "too short", ""),
        ("id: why-bread", "id: Why Bread", 7, "questions[0].id", "small letters", "my-question"),
        ("id: says-change", "id: names-cause", 20, "questions[0].key_points[1].id", "twice", ""),
        ("weight: vital", "weight: okay", 16, "questions[0].key_points", "vital", ""),
        ("competencies: [problem-solving]", "competencies: problem-solving", 27,
         "questions[0].competencies", "a list", ""),
        ("title: Baker", "title: !!str Baker", 3, "title", "tags", "leave"),
        ("competencies: [problem-solving]", "competencies: !!set [a]", 27,
         "questions[0].competencies", "tags", "leave"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_line_key_and_mend(
    tmp_path: Path, old: str, new: str, line: int, path: str, said: str, mend: str
) -> None:
    found = problems(tmp_path, old, new)
    hits = [p for p in found if (p.line, p.path) == (line, path)]
    assert hits, [str(problem) for problem in found]
    assert said in hits[0].message and mend in hits[0].suggestion
    assert "Input should" not in str(hits[0])
    assert str(hits[0]).startswith(f"{tmp_path / 'baker.yaml'}:{line}: {path}: ")


def test_a_behavioural_question_needs_star_notes(tmp_path: Path) -> None:
    text = "\n".join(x for i, x in enumerate(GOOD.split("\n"), 1) if not 11 <= i <= 15)
    (found,) = bank.check_file(pack(tmp_path, text))
    assert (found.line, found.path, found.severity) == (7, "questions[0]", "error")
    assert "star" in found.message


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b"", 1, "empty"),
        (b"# only a comment\n", 1, "only comments"),
        (b"- a\n- b\n", 1, "list"),
        (b"pack: a\ntitle: \xff\n", 2, "UTF-8"),
        (b"pack: a\n\ttitle: b\n", 2, "spaces, not tabs"),
        (b"pack: a\ntitle: &x b\nrole: *x\n", 2, "anchors"),
        (b"pack: a\n---\npack: b\n", 2, "second document"),
        (b"pack: a\ntitle: 'open\n", 0, "quote"),
        (b"pack: a\n? [x]\n: 1\n", 2, "plain word"),
        (b"pack: " + b"[" * 500 + b"]" * 500, 1, "nested"),
    ],
)
def test_what_is_no_pack_at_all(tmp_path: Path, raw: bytes, line: int, said: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(raw)
    found = bank.check_file(file)[0]
    assert said in str(found)
    if line:
        assert found.line == line
    with pytest.raises(BadInput, match=r"odd\.yaml"):
        bank.load_pack(file)


def test_one_broken_pack_does_not_stop_the_others(tmp_path: Path) -> None:
    pack(tmp_path, GOOD)
    pack(tmp_path, "pack: [", "a-broken.yaml")
    pack(
        tmp_path,
        GOOD.replace("id: why-bread", "id: idempotency").replace("pack: baker", "pack: other"),
        "clash.yaml",
    )
    pack(tmp_path, GOOD.replace("why-bread", "why-cake"), "same-pack.yaml")
    loaded = bank.load_bank([tmp_path])
    assert {"why-bread", "idempotency"} <= set(loaded.questions)
    assert loaded.pack_of["idempotency"] == "api-developer"
    told = {Path(problem.file).name: problem for problem in loaded.problems}
    assert set(told) == {"a-broken.yaml", "clash.yaml", "same-pack.yaml"}
    assert told["clash.yaml"].line == 7 and "api-developer.yaml" in told["clash.yaml"].message
    assert told["same-pack.yaml"].line == 2 and "baker.yaml" in told["same-pack.yaml"].message


def test_a_folder_that_is_missing_or_a_file_is_no_problem(tmp_path: Path) -> None:
    file = pack(tmp_path, GOOD)
    loaded = bank.load_bank([tmp_path / "none", file])
    assert loaded.problems == () and len(loaded.packs) >= 3


def test_the_cache_is_private_used_mended_and_tidied(tmp_path: Path) -> None:
    mine, cache = tmp_path / "packs", tmp_path / "cache"
    mine.mkdir()
    pack(mine, GOOD)
    first = bank.load_bank([mine], cache_dir=cache)
    kept = sorted(cache.iterdir())
    assert len(kept) == len(first.packs)
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}
    assert bank.load_bank([mine], cache_dir=cache) == first
    for file in kept:
        file.write_text('{"pack": 1', encoding="utf-8")
    assert bank.load_bank([mine], cache_dir=cache) == first
    assert all(json.loads(file.read_text(encoding="utf-8")) for file in kept)
    pack(mine, GOOD.replace("title: Baker", "title: Bakers"))
    assert bank.load_bank([mine], cache_dir=cache).packs[-1].title == "Bakers"
    assert len(list(cache.iterdir())) == len(kept)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_folder_is_told_and_the_rest_loads(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    loaded = bank.load_bank([locked])
    assert len(loaded.packs) >= 3 and "permissions" in str(loaded.problems[0])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(raw=st.binary(max_size=200))
def test_any_bytes_give_problems_and_never_an_exception(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "any.yaml"
    file.write_bytes(raw)
    found = bank.check_file(file)
    assert found and all(str(problem) and problem.line >= 1 for problem in found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(at=st.integers(0, len(GOOD) - 1), new=st.text(max_size=3), gone=st.integers(0, 5))
def test_a_slip_anywhere_never_raises(tmp_path: Path, at: int, new: str, gone: int) -> None:
    text = GOOD[:at] + new + GOOD[at + gone :]
    file = tmp_path / "slip.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    lines = text.count("\n") + 2
    assert all(1 <= problem.line <= lines for problem in bank.check_file(file))


VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
@given(key=st.sampled_from(["questions", "title", "faq", "preparation"]), value=VALUES)
def test_any_value_under_any_key_never_raises(tmp_path: Path, key: str, value: Any) -> None:
    data = {**yaml.safe_load(GOOD), key: value}
    bank.check_file(pack(tmp_path, yaml.safe_dump(data)))


def test_find_search_and_roles() -> None:
    loaded = bank.load_bank()
    assert bank.find(loaded, "idempotency").id == "idempotency"
    with pytest.raises(UsageError) as caught:
        bank.find(loaded, "idempotence")
    assert "idempotency" in caught.value.hint
    assert bank.search(loaded, "rate limiting")[0].id in ("rate-limiting", "tiered-rate-limiter")
    assert bank.search(loaded, "xyzzy") == [] and bank.search(loaded, "") == []
    mine = {p.pack for p in bank.packs_for_role(loaded, "data-analyst")}
    assert mine == {"data-analyst", "behavioral-general"}
    assert len(bank.for_role(loaded, "")) == len(loaded.questions)
    with pytest.raises(UsageError) as caught:
        bank.for_role(loaded, "astronaut")
    assert "API developer" in caught.value.hint
