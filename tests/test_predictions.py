"""Self-scores against the judge's: by how much, with how many answers, and closer or not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockinterview.predictions import calibrate, calibration
from tests.row_samples import row

PAIRS = st.lists(st.tuples(st.floats(1, 5), st.floats(1, 5)), min_size=1, max_size=40)


def test_the_mean_difference_and_how_many_answers_it_rests_on() -> None:
    found = calibrate([(3.6, 3.0), (4.1, 3.5)] * 7)
    assert found is not None
    assert found.told.startswith("You rate yourself 0.6 higher than the judge, on 14 answers.")
    assert found.words.startswith("You rate yourself higher than the judge, on 14 answers.")
    lower = calibrate([(2.0, 3.0)] * 5)
    assert lower is not None and "1.0 lower than the judge, on 5 answers" in lower.told


def test_what_lies_within_noise_is_as_the_judge_does() -> None:
    found = calibrate([(3.0, 3.2), (3.5, 3.1), (2.0, 2.5), (4.0, 3.6)])
    assert found is not None and "about as the judge does, on 4 answers" in found.told


def test_too_few_self_scores_say_so() -> None:
    found = calibrate([(5.0, 2.0)])
    assert found is not None
    assert (
        found.told
        == "You rated yourself 3.0 higher than the judge, on 1 answer: too few to say more."
    )
    same = calibrate([(2.0, 2.0)])
    assert same is not None and "as the judge did" in same.told
    assert calibrate([]) is None


def test_guesses_that_come_closer_are_told_and_worse_ones_too() -> None:
    closer = calibrate([(5.0, 2.5)] * 6 + [(3.0, 2.8)] * 6)
    assert closer is not None
    assert "Your guesses come closer: 2.5 off at first, 0.2 now." in closer.told
    further = calibrate([(3.0, 2.8)] * 6 + [(5.0, 2.5)] * 6)
    assert further is not None and "further off" in further.words


def test_only_answers_with_both_scores_count_in_the_order_they_were_given() -> None:
    rows = [row(3, 3.0, self_score=3.0), row(1, 3.0), row(2, None, self_score=4.0)]
    rows += [row(0, 1.0, self_score=4.0)]
    found = calibration(rows)
    assert found is not None and found.answers == 2
    assert (found.gap.before, found.gap.after) == (3.0, 0.0)
    assert calibration([row(1)]) is None


@given(PAIRS)
def test_the_sentence_agrees_with_the_figures(pairs: list[tuple[float, float]]) -> None:
    found = calibrate(pairs)
    assert found is not None and found.answers == len(pairs)
    mean = sum(own - judge for own, judge in pairs) / len(pairs)
    if "higher than the judge" in found.told:
        assert mean > 0
    if "lower than the judge" in found.told:
        assert mean < 0
    assert ("too few" in found.told) == (len(pairs) < 3)
