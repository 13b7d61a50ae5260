"""Puts what must not count around an answer: greetings with a name, fillers, polite padding."""

from __future__ import annotations

import random
from collections.abc import Sequence

from rows import NONE, Example

#: Other names and fillers than in benchmarks/fairness.py, which measures what was learnt.
_NAMES = (
    "Kwame Mensah", "Aisha Bello", "Chidi Okafor", "Fatou Diop", "Priya Nair", "Arjun Reddy",
    "Sunita Sharma", "Tran Van Minh", "Li Wei", "Kim Ji-woo", "Yuki Tanaka", "Omar Haddad",
    "Layla Khoury", "Mehmet Yilmaz", "Jakub Nowak", "Olena Shevchenko", "Ivan Petrov",
    "Anna Schmidt", "Pierre Lefevre", "Giulia Rossi", "Carlos Mendoza", "Ana Souza",
    "John Miller", "Sarah Jones",
    "Tom Clark", "Niamh O'Connor", "Lars Hansen", "Sofia Papadopoulou", "Amina Yusuf",
    "Jose Garcia",
)  # fmt: skip
_PLACES = (
    "Accra", "Lagos", "Dakar", "Chennai", "Pune", "Hanoi", "Chengdu", "Busan", "Osaka", "Beirut",
    "Izmir", "Krakow", "Lviv", "Leipzig", "Lyon", "Bari", "Puebla", "Recife", "Ohio", "Leeds",
    "Cork", "Bergen", "Patras", "Nairobi", "Lima",
)  # fmt: skip
_HELLO = ("Hi, my name is {} and I come from {}.", "I'm {}, from {}.", "Good morning, {} here, {}.")
_POLITE = (
    "Thank you for this question.",
    "That is a really good question.",
    "Let me think about it for a moment.",
    "I hope that makes sense so far.",
    "I am happy to be here today.",
    "I could talk about this for hours.",
    "Please tell me if I should go on.",
    "That is more or less what I wanted to say.",
    "As I said, it is a subject close to my heart.",
    "Sorry, I am a bit nervous.",
    "I hope this answers your question.",
    "It is always nice to be asked about this.",
)
#: What it once brought somewhere says nothing about whether an explanation is right.
_CLOSINGS = (
    "In my previous firm that spared us a very bad week.",
    "We did it like this at my old company and the complaints stopped.",
    "It once kept us from throwing away a whole batch.",
    "Where I work now we have done so for two years without an incident.",
    "Last spring this caught a fault before any customer saw it.",
    "My former team still does it that way.",
    "That cut our costs by about a tenth at the place I was before.",
    "I learnt it the hard way on a project in 2021.",
    "At the agency it won us back a client who was about to leave.",
    "It took us from four outages a month to none.",
    "A colleague doubted it and was convinced after the first month.",
    "In my training shop everybody had to show that they could do it.",
    "On the last job it halved the time we spent on rework.",
    "That is how we got through the audit without a single finding.",
)
_FILLERS = ("er, ", "well, ", "so, ", "kind of ", "basically, ", "right, ", "um, ", "you see, ")
_OTHER = 4


def dressed(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """Return the examples, a ``share`` of them with a greeting, padding or fillers added.

    The raters' levels stay: none of it is content. Explanations also get a closing sentence about
    what it brought: wrong ones of the training data often have one.
    """
    ways = {"behavioral": (_greeted, _padded, _with_fillers)}
    ways["technical"] = (*ways["behavioral"], _closed, _closed, _closed)
    return [
        rng.choice(ways[example.kind])(example, rng)
        if example.sentences and rng.random() < share
        else example
        for example in examples
    ]


def _closed(example: Example, rng: random.Random) -> Example:
    return _inserted(example, len(example.sentences), rng.choice(_CLOSINGS))


def _greeted(example: Example, rng: random.Random) -> Example:
    hello = rng.choice(_HELLO).format(rng.choice(_NAMES), rng.choice(_PLACES))
    return _inserted(example, 0, hello)


def _padded(example: Example, rng: random.Random) -> Example:
    for text in rng.sample(_POLITE, rng.randint(1, 6)):
        example = _inserted(example, rng.randint(0, len(example.sentences)), text)
    return example


def _inserted(example: Example, at: int, text: str) -> Example:
    known = any(label != NONE for label in example.labels)
    said, labels = list(example.sentences), list(example.labels)
    said.insert(at, text)
    labels.insert(at, _OTHER if known else NONE)
    return example._replace(sentences=said, labels=labels)


def _with_fillers(example: Example, rng: random.Random) -> Example:
    return example._replace(sentences=[_hesitant(text, rng) for text in example.sentences])


def _hesitant(text: str, rng: random.Random) -> str:
    words = text.split(" ")
    return " ".join(rng.choice(_FILLERS) + w if rng.random() < 0.1 else w for w in words)
