"""Export and import: nothing lost, nothing doubled, and a bad line changes nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockinterview.errors import BadInput
from mockinterview.model import Attempt, FollowUp, Reverse
from mockinterview.ports import Draft
from mockinterview.records import Card, Review
from mockinterview.spoken import Spoken, SpokenWord, Transcript
from mockinterview.stores.sqlite import SqliteStore
from tests.store_samples import START, attempt, failed, plan, scored

Opened = Callable[[str], SqliteStore]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    return lambda name: SqliteStore(tmp_path / f"{name}.db")


def fill(store: SqliteStore) -> None:
    """Everything a history can hold."""
    transcript = Transcript(text="ähm", words=(SpokenWord(text="ähm", start=0.1, end=0.35),))
    store.create_session("s1", START, plan())
    store.save_answer(
        attempt("a1", answer='It\'s 日本 \u2028 😀 \x1b[31m "quoted"\n').model_copy(
            update={
                "spoken": Spoken(transcript=transcript, recording="a1.wav", seconds=0.1 + 0.2),
                "self_score": 3.5,
                "hint_used": True,
            }
        )
    )
    store.save_follow_ups("a1", [FollowUp(text="Why?", aim="R", answer="")])
    store.add_grading("a1", failed("g1"))
    store.add_grading("a1", scored("g2", 3.0))
    store.save_answer(attempt("a2", position=1, skipped=True, answer=""))
    store.save_answer(attempt("a3", position=0).model_copy(update={"retry_of": "a1"}))
    store.add_reverse("s1", Reverse(text="How do you ship?", rating=2, comment="Good."))
    store.add_reverse("s1", Reverse(text="How do you ship?", rating=2, comment="Good."))
    store.finish_session("s1", START + timedelta(hours=1))
    store.create_session("s2", START, plan(role="sre"))  # at the same moment as s1
    store.save_draft("s2", Draft(1, "half a"))
    state: dict[str, object] = {"stability": 0.1 + 0.2, "last_review": START.isoformat()}
    store.save_card(Card(question_id="q-0", criterion="result", due=START, lapses=2, state=state))
    store.add_review(
        Review(id="r1", attempt_id="a1", reviewer="Bo", at=START, criteria={"result": 2.0})
    )


def exported(store: SqliteStore) -> bytes:
    lines: list[str] = []
    store.export_to(lines.append)
    return "".join(lines).encode()


def imported(store: SqliteStore, data: bytes, *, dry_run: bool = False) -> tuple[object, ...]:
    return tuple(store.import_from(io.BytesIO(data), "f.jsonl", dry_run=dry_run))


# --- round trip -------------------------------------------------------------


def test_export_delete_all_import_export_gives_the_same_bytes(opened: Opened) -> None:
    with opened("one") as store:
        fill(store)
        data = exported(store)
        whole = [store.session("s1"), store.session("s2")]
        store.delete_all()
        assert exported(store).count(b"\n") == 1
        assert imported(store, data) == (2, 3, 2, 1, 1, 0, ())
        assert exported(store) == data
        assert [store.session("s1"), store.session("s2")] == whole
        assert store.draft("s2") == Draft(1, "half a")
        assert store.attempts()[0].self_score is None
        assert {row.id: row.self_score for row in store.attempts()}["a1"] == 3.5
        assert [hit.attempt.id for hit in store.search("quoted").hits] == ["a1"]
        assert store.problems() == []


def test_an_export_is_json_lines_of_plain_ascii_with_a_head(opened: Opened) -> None:
    with opened("one") as store:
        fill(store)
        data = exported(store)
    lines = data.decode("ascii").splitlines()
    head, *rest = [json.loads(line) for line in lines]
    assert head == {
        "format": "mockinterview-history",
        "version": 1,
        "sessions": 2,
        "attempts": 3,
        "cards": 1,
        "reviews": 1,
    }
    kinds = [next(iter(row)) for row in rest]
    assert kinds == ["session", "attempt", "attempt", "attempt", "session", "card", "review"]
    assert b"\x1b" not in data


def test_a_second_import_adds_nothing(opened: Opened) -> None:
    with opened("one") as store:
        fill(store)
        data = exported(store)
        assert imported(store, data) == (0, 0, 0, 0, 0, 0, ())
        assert exported(store) == data


# --- merging ----------------------------------------------------------------


def test_two_histories_of_one_session_come_together(opened: Opened) -> None:
    with opened("here") as here, opened("there") as there:
        for store in (here, there):
            store.create_session("s1", START, plan())
            store.save_answer(attempt("a1"))
            store.add_grading("a1", scored("first", 2.0))
        old = scored("old", 1.0).model_copy(update={"at": START - timedelta(days=1)})
        there.add_grading("a1", old)
        there.save_self_score("a1", 4)
        there.save_follow_ups("a1", [FollowUp(text="And?", answer="More.")])
        there.save_answer(attempt("a2", position=1))
        there.finish_session("s1", START)
        here.add_reverse("s1", Reverse(text="Ours", rating=1, comment=""))
        there.add_reverse("s1", Reverse(text="Theirs", rating=1, comment=""))
        assert imported(here, exported(there)) == (0, 1, 1, 0, 0, 1, ())
        kept = here.session("s1")
        assert [a.id for a in kept.attempts] == ["a1", "a2"]
        first = kept.attempts[0]
        # The older grading goes before ours: it must not pass for the newest.
        assert [grading.id for grading in first.gradings] == ["old", "first"]
        assert first.self_score == 4
        assert first.follow_ups == (FollowUp(text="And?", answer="More."),)
        assert kept.finished_at == START
        assert [reverse.text for reverse in kept.reverse] == ["Ours", "Theirs"]
        # Now the other way round: both hold the same.
        assert imported(there, exported(here)) == (0, 0, 0, 0, 0, 0, ())
        assert {*there.attempt("a1").gradings} == {*first.gradings}


def test_what_reads_otherwise_stays_ours_and_is_named(opened: Opened) -> None:
    with opened("here") as here, opened("there") as there:
        for store, answer in ((here, "Ours."), (there, "Theirs.")):
            store.create_session("s1", START, plan())
            store.save_answer(attempt("a1", answer=answer))
        assert imported(here, exported(there)) == (0, 0, 0, 0, 0, 0, ("a1",))
        assert here.attempt("a1").answer == "Ours."


def test_the_later_practice_of_a_card_and_the_later_review_win(opened: Opened) -> None:
    def card(day: int) -> Card:
        moment = START + timedelta(days=day)
        state: dict[str, object] = {"last_review": moment.isoformat()}
        return Card(question_id="q-0", criterion="result", due=moment, state=state)

    def review(day: int) -> Review:
        at = START + timedelta(days=day)
        return Review(id="r", attempt_id="a1", reviewer="Bo", at=at, comment=str(day))

    with opened("here") as here, opened("there") as there:
        for store, day in ((here, 1), (there, 2)):
            store.create_session("s1", START, plan())
            store.save_answer(attempt("a1"))
            store.save_card(card(day))
            store.add_review(review(day))
        theirs, ours = exported(there), exported(here)
        assert imported(here, theirs) == (0, 0, 0, 1, 1, 0, ())
        assert (here.cards(), here.reviews("s1")) == ([card(2)], [review(2)])
        assert imported(there, ours) == (0, 0, 0, 0, 0, 0, ())
        assert (there.cards(), there.reviews("s1")) == ([card(2)], [review(2)])


def test_an_old_export_brings_no_answered_draft_back(opened: Opened) -> None:
    with opened("one") as store:
        store.create_session("s1", START, plan())
        store.save_draft("s1", Draft(0, "half"))
        data = exported(store)
        store.save_draft("s1", None)
        imported(store, data)
        assert store.draft("s1") is None


def test_a_dry_run_counts_and_keeps_nothing(opened: Opened) -> None:
    with opened("one") as one, opened("two") as two:
        fill(one)
        before = exported(two)
        assert imported(two, exported(one), dry_run=True) == (2, 3, 2, 1, 1, 0, ())
        assert exported(two) == before


# --- bad files --------------------------------------------------------------


def edited(data: bytes, number: int, change: Callable[[dict[str, object]], object]) -> bytes:
    lines = data.splitlines()
    row = json.loads(lines[number - 1])
    change(row)
    lines[number - 1] = json.dumps(row).encode()
    return b"\n".join(lines) + b"\n"


def part(row: dict[str, object], name: str) -> dict[str, object]:
    found = row[name]
    assert isinstance(found, dict)
    return found


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no JSON": (lambda d: d.replace(b'{"card"', b"card", 1), "line 7"),
    "an unknown field": (
        lambda d: edited(d, 3, lambda r: part(r, "attempt").update(mood="good")),
        "line 3.*mood",
    ),
    "a level of 9": (
        lambda d: edited(d, 3, lambda r: part(r, "attempt").update(self_score=9)),
        "line 3.*self_score",
    ),
    "an endless number": (lambda d: d.replace(b'"seconds":0.0', b'"seconds":1e999', 1), "line 3"),
    "an answer of no session": (
        lambda d: edited(d, 3, lambda r: part(r, "attempt").update(session_id="gone")),
        "line 3.*session gone",
    ),
    "a review of no answer": (
        lambda d: edited(d, 8, lambda r: part(r, "review").update(attempt_id="gone")),
        "line 8.*answer gone",
    ),
    "an empty id": (lambda d: edited(d, 2, lambda r: part(r, "session").update(id="")), "line 2"),
    "nothing in a line": (lambda d: edited(d, 7, dict.clear), "line 7"),
    "no head": (lambda d: d.split(b"\n", 1)[1], "line 1.*not a history"),
    "a newer format": (lambda d: d.replace(b'"version":1', b'"version":2', 1), "newer"),
    "cut short": (lambda d: b"\n".join(d.splitlines()[:-1]), "not whole"),
    "cut inside a line": (lambda d: d[:-20], "line 8"),
    "empty": (lambda d: b"", "empty"),
    "another session of that id": (
        lambda d: edited(
            d, 2, lambda r: part(r, "session").update(started_at="2020-01-01T00:00:00Z")
        ),
        "line 2.*another session",
    ),
    "an answer of another session": (
        lambda d: edited(d, 3, lambda r: part(r, "attempt").update(session_id="s9")),
        "line 3",
    ),
    "bytes that are no text": (lambda d: d.replace(b"half a", b"half \xff"), "line 6"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_file_is_named_with_its_line_and_changes_nothing(opened: Opened, name: str) -> None:
    damage, told = BROKEN[name]
    with opened("one") as one, opened("two") as two:
        fill(one)
        data = exported(one)
        two.create_session("s1", START, plan())
        two.create_session("s9", START, plan())
        two.save_answer(attempt("a1"))
        before = exported(two)
        with pytest.raises(BadInput, match=told) as caught:
            imported(two, damage(data))
        assert caught.value.hint
        assert "f.jsonl" in caught.value.message
        assert exported(two) == before


@settings(max_examples=60, deadline=None)
@given(junk=st.binary(max_size=50), at=st.integers(0, 4000), cut=st.integers(0, 60))
def test_no_damage_to_a_file_is_half_imported(junk: bytes, at: int, cut: int) -> None:
    with TemporaryDirectory() as folder, SqliteStore(Path(folder) / "history.db") as store:
        fill(store)
        data = exported(store)
        store.delete_all()
        before = exported(store)
        broken = data[:at] + junk + data[at + cut :]
        try:
            imported(store, broken)
        except BadInput:
            assert exported(store) == before
        else:
            lines = exported(store)
            assert imported(store, lines) == (0, 0, 0, 0, 0, 0, ())


def test_an_attempt_keeps_every_field(opened: Opened) -> None:
    """A field added to the model later must not be lost by export and import."""
    with opened("one") as store:
        fill(store)
        row = json.loads(exported(store).splitlines()[2])["attempt"]
    assert row.keys() == Attempt.model_fields.keys()
