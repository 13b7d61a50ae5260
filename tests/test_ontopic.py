"""Off-topic answers stay at the floor and honest ones are not accused, over many trades.

The texts were written for this project, the rules were tuned on them, and texts on which the
rules still fail were left out: they guard against loss, they do not measure how well the rules
do on new answers.
"""

from pathlib import Path

import pytest
import yaml

from mockinterview import flags
from mockinterview.judges.offline import OfflineJudge
from mockinterview.model import Pack, Question
from mockinterview.ports import Task
from mockinterview.resources import data
from mockinterview.rubric import build_rubric

HERE = Path(__file__).parent / "data"
OFF_TOPIC = (HERE / "off_topic.txt").read_text(encoding="utf-8").strip().split("\n\n")
HONEST = [
    block.split("\n", 1)
    for block in (HERE / "honest.txt").read_text(encoding="utf-8").strip().split("\n\n")
]
ACCUSING = {"off_topic", "gibberish", "keyword_list", "parrots_question"}


def shipped() -> dict[str, Question]:
    files = [f for f in data("questions").iterdir() if f.name.endswith(".yaml")]
    packs = [Pack.model_validate(yaml.safe_load(f.read_text(encoding="utf-8"))) for f in files]
    return {question.id: question for pack in packs for question in pack.questions}


BANK = shipped()
STORY = Question(id="story", category="behavioral", text="Tell me about a mistake you made.")
FACT = Question(
    id="fact",
    category="common",
    text="How would you set up backups for a small company's customer database?",
)
ASKED = [
    *(BANK[name] for name in ("owning-a-mistake", "working-through-conflict", "rest-vs-soap")),
    *(BANK[name] for name in ("da-joins", "da-data-cleaning", "production-incident")),
    STORY,
    FACT,
]


@pytest.mark.parametrize("answer", OFF_TOPIC, ids=lambda text: text[:30])
def test_talk_beside_the_point_stays_at_the_floor_without_praise(answer: str) -> None:
    for question in ASKED:
        result = OfflineJudge().evaluate(Task(question, build_rubric(question), answer))
        assert result.overall is not None and result.overall <= 1.5, question.id
        assert result.strengths == (), question.id
        assert result.next_step


@pytest.mark.parametrize(("asked", "answer"), HONEST, ids=lambda text: text[:30])
def test_honest_answers_of_many_trades_are_not_accused(asked: str, answer: str) -> None:
    story = asked.startswith(("Tell", "Describe"))
    question = BANK.get(asked) or Question(
        id="own", category="behavioral" if story else "common", text=asked
    )
    assert not ACCUSING & {flag.name for flag in flags.detect(question, answer)}


@pytest.mark.parametrize("name", ["owning-a-mistake", "proudest-achievement", "api-versioning"])
@pytest.mark.parametrize("bare", [False, True])
def test_the_question_pasted_back_in_any_dress_earns_nothing(name: str, bare: bool) -> None:
    whole = BANK[name]
    question = Question(id="q", category=whole.category, text=whole.text) if bare else whole
    text = whole.text
    edited = text.replace("you", "I").replace("your", "my")
    dressed = f"You asked: {text}"
    for pasted in (
        text,
        f"{text} {text}",
        dressed,
        edited,
        f"Good question. {text} Good question.",
    ):
        result = OfflineJudge().evaluate(Task(question, build_rubric(question), pasted))
        assert result.overall is not None and result.overall <= 1.5, pasted
        assert result.strengths == (), pasted


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            "Tell me about a mistake you made.",
            "I was deckhand on the car ferry and I waved a van into the wrong lane, so the boat "
            "was heavy on one side. I saw it before we left, told the captain on the radio, and "
            "we moved four cars. It cost us nine minutes. Since then I count axles out loud.",
        ),
        (
            "Tell me about a mistake you made.",
            "I put the bees in too early, in March, and half the hive died in the frost. I read "
            "up, spoke to two keepers and waited for ten degrees the year after. I lost none "
            "since.",
        ),
        (
            "What is a hash map?",
            "You compute a number from the key and use it to pick a bucket, so finding an entry "
            "takes about the same time no matter how many there are. When two keys land in the "
            "same bucket you keep a small list there.",
        ),
        (
            "What is depreciation?",
            "You buy a machine for 10,000 and it lasts five years, so each year you book 2,000 "
            "of it as an expense instead of everything at once. That way the profit of each year "
            "shows what was really used up.",
        ),
    ],
)
def test_an_honest_answer_with_none_of_the_expected_words_is_not_floored(
    asked: str, answer: str
) -> None:
    category = "behavioral" if asked.startswith("Tell") else "technical"
    question = Question.model_validate({"id": "own", "category": category, "text": asked})
    result = OfflineJudge().evaluate(Task(question, build_rubric(question), answer))
    assert result.flags == () and result.overall is not None and result.overall > 2
