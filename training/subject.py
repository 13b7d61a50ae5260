"""Trains the small network that tells what a text is about: ``python training/subject.py --help``.

The two lowest layers are the reader's, as shipped, and stay as they are; the four upper ones of
all-MiniLM-L6-v2 learn to bring a question with its key points close to answers to it, and away from
answers to other questions of the batch, often of the same trade (InfoNCE, van den Oord et al. 2018,
both ways). Seeds are fixed.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
from export import nameless, with_small_weights
from model import FROZEN
from onnx import numpy_helper
from rows import load
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel

from mockinterview.bank import load_bank
from mockinterview.judges.offline.encoding import CLS, MOST_TOLD, SEP, asked
from mockinterview.text import sentences

#: Scores are cosines; divided by this they are the logits.
TEMPERATURE = 0.07
#: Weaker answers than this may belong to any question.
LEAST_LEVEL, LEAST_WORDS = 2.5, 25


class Group(NamedTuple):
    """One question with answers to it, and answers that only seem to be."""

    question: str
    points: tuple[str, ...]
    role: str
    kind: str
    answers: list[str]
    misses: list[str]


class Seen(NamedTuple):
    """A batch of texts: unit vectors of wholes [B, W] and tokens [B, T, W], and the mask."""

    whole: Tensor
    tokens: Tensor
    mask: Tensor


def graded(rows: list[dict[str, Any]], *, samples: bool) -> list[Group]:
    """Return graded answers by question, those that say something; with the sample or without.

    Answers that were written for another question are its near misses.
    """
    groups: dict[str, Group] = {}
    for row in rows:
        name = row["question_id"]
        if name not in groups:
            about = (row["question"], tuple(row["key_points"]), row["role"], row["kind"])
            groups[name] = Group(*about, [row["reference"]] if samples else [], [])
        long = len(row["answer"].split()) >= LEAST_WORDS
        if long and row["score"] >= LEAST_LEVEL and not row.get("trap"):
            groups[name].answers.append(row["answer"])
        elif row.get("trap") == "other_question":
            groups[name].misses.append(row["answer"])
    return [group for group in groups.values() if group.answers]


def stories(rows: list[dict[str, Any]]) -> list[Group]:
    """Return questions with two answers to each and one that only seems to be."""
    return [
        Group(
            row["question"],
            tuple(row["key_points"]),
            row["role"],
            row.get("kind", "behavioral"),
            list(row["answers"]),
            [row["near_miss"]],
        )
        for row in rows
    ]


def shipped() -> list[Group]:
    """Return the shipped questions with their samples."""
    return [
        Group(
            one.text,
            tuple(point.text for point in one.key_points),
            "",
            "behavioral" if one.kind == "behavioral" else "technical",
            [one.sample_answer],
            [],
        )
        for one in load_bank([]).questions.values()
        if one.key_points and one.sample_answer
    ]


class Encoder:
    """The network with its tokenizer; ``half`` reads in bfloat16."""

    def __init__(self, weights: str, half: bool = False) -> None:
        self.half = half
        self.tokenizer = Tokenizer.from_file(f"{weights}/tokenizer.json")
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.model = AutoModel.from_pretrained(
            weights, attn_implementation="eager", add_pooling_layer=False
        )
        layers = self.model.encoder.layer
        for part in (self.model.embeddings, *layers[:FROZEN]):
            for parameter in part.parameters():
                parameter.requires_grad_(False)

    def take_lower(self, reader: Path) -> None:
        """Take the embeddings and the lowest layers from the shipped reader, int8 as they are."""
        graph = onnx.load(str(reader)).graph
        held = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        for node in graph.node:  # matrices have lost their names: their products have not
            if node.op_type == "MatMul" and f"{node.input[1]}_int8" in held:
                name = node.name.removesuffix("/MatMul").strip("/").replace("/", ".") + ".weight"
                small, scale = (held[f"{node.input[1]}_{part}"] for part in ("int8", "scale"))
                held[name] = small.T * scale.reshape(-1, 1)
        state = self.model.state_dict()
        for name in state:
            if name.startswith(("embeddings", *(f"encoder.layer.{i}." for i in range(FROZEN)))):
                value = _held(held, name)
                state[name] = torch.tensor(value.reshape(state[name].shape))
        self.model.load_state_dict(state)

    def questions(self, groups: list[tuple[str, tuple[str, ...]]]) -> Seen:
        """Return what questions with their key points ask for."""
        return self._see([asked(self.tokenizer, *group) for group in groups])

    def answers(self, texts: list[str]) -> Seen:
        """Return what the beginnings of answers are about."""
        ids = [self.tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        return self._see([[CLS, *found[: MOST_TOLD - 2], SEP] for found in ids])

    def _see(self, rows: list[list[int]]) -> Seen:
        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
            hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        counted = mask.unsqueeze(-1).to(hidden.dtype)
        whole = (hidden * counted).sum(1) / counted.sum(1)
        return Seen(functional.normalize(whole, dim=-1), functional.normalize(hidden, dim=-1), mask)


def _held(held: dict[str, Any], name: str) -> Any:
    for known in (f"reader.encoder.{name}", name):
        if known in held:
            return held[known]
        if f"{known}_int8" in held:
            return held[f"{known}_int8"] * held[f"{known}_scale"]
    raise SystemExit(f"The reader holds no {name}.")


def nearness(asked_for: Seen, told: Seen) -> Tensor:
    """Return [questions, answers]: the mean of the wholes' cosine and of the words' best ones."""
    pairs = torch.einsum("qid,ajd->qaij", asked_for.tokens, told.tokens)
    best = pairs.masked_fill(told.mask[None, :, None, :] == 0, -1).amax(-1)
    counted = asked_for.mask.to(best.dtype)
    words = (best * counted[:, None]).sum(-1) / counted.sum(1)[:, None]
    return (asked_for.whole @ told.whole.T + words) / 2


def drawn(groups: list[Group], size: int, rng: random.Random) -> list[Group]:
    """Return the questions of one batch: one kind for the most part, often one trade."""
    kind = "behavioral" if rng.random() < 0.7 else "technical"
    alike = [group for group in groups if group.kind == kind]
    batch = rng.sample(alike, min(size, len(alike)))
    if rng.random() < 0.5:
        role = rng.choice(batch).role
        same = [group for group in alike if group.role == role]
        rng.shuffle(same)
        batch = [*same[: size // 2], *(group for group in batch if group.role != role)][:size]
    if rng.random() < 0.3:
        batch[-3:] = rng.sample([group for group in groups if group.kind != kind], 3)
    return batch


def varied(text: str, rng: random.Random) -> str:
    """Return an answer, one time in four without its first sentence: it may name the subject."""
    pieces = sentences(text)
    if len(pieces) > 3 and rng.random() < 0.25:
        return text[pieces[1].start :]
    return text


def asked_some(group: Group, rng: random.Random) -> tuple[str, tuple[str, ...]]:
    """Return the question with its key points in another order, sometimes with some of them."""
    points = rng.sample(group.points, len(group.points))
    if rng.random() < 0.3:
        points = points[: rng.randint(1, len(points))]
    return group.question, tuple(points)


@torch.no_grad()
def report(encoder: Encoder, groups: list[Group], most: int = 3) -> str:
    """Return how well own answers are told from others, by kind and by trade."""
    encoder.model.eval()
    rows = [
        encoder.questions([(g.question, g.points) for g in groups[at : at + 16]])
        for at in range(0, len(groups), 16)
    ]
    answers = [(place, text) for place, g in enumerate(groups) for text in g.answers[:most]]
    scores = np.zeros((len(groups), len(answers)))
    order = sorted(range(len(answers)), key=lambda at: len(answers[at][1]))
    for at in range(0, len(order), 16):
        some = order[at : at + 16]
        told = encoder.answers([answers[one][1] for one in some])
        scores[:, some] = np.concatenate([nearness(row, told).numpy() for row in rows])
    encoder.model.train()
    said = []
    for kind in ("behavioral", "technical"):
        own = [scores[g, a] for a, (g, _) in enumerate(answers) if groups[g].kind == kind]
        for other in ("behavioral", "technical"):
            strange = [
                scores[place, a]
                for a, (g, _) in enumerate(answers)
                for place, group in enumerate(groups)
                if place != g and group.kind == kind and groups[g].kind == other
            ]
            area = roc_auc_score([1] * len(own) + [0] * len(strange), [*own, *strange])
            found = np.mean(np.array(strange) < np.quantile(own, 0.01))
            said.append(f"{kind[0]} asked, {other[0]} told: AUC {area:.3f}, {found:.2f} at 1 %")
    return "; ".join(said)


class Upper(nn.Module):
    """The trained layers alone, from what the second layer gives."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.layers = nn.ModuleList(model.encoder.layer[FROZEN:])  # type: ignore[union-attr, index]

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """Return unit vectors of tokens [T, W] and of the whole [W]."""
        for layer in self.layers:
            hidden = layer(hidden)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        tokens = functional.normalize(hidden[0], dim=-1)
        return tokens, functional.normalize(hidden[0].mean(0), dim=-1)


def export(encoder: Encoder, out: Path) -> None:
    """Write the upper layers as ONNX with int8 weights, and print what that changes."""
    import onnxruntime

    upper = Upper(encoder.model).eval()
    example = torch.randn(1, 120, encoder.model.config.hidden_size)
    whole = out.with_suffix(".float.onnx")
    torch.onnx.export(
        upper,
        (example,),
        str(whole),
        input_names=["hidden"],
        output_names=["tokens", "whole"],
        dynamic_axes={"hidden": {1: "tokens"}},
        opset_version=17,
        dynamo=False,
    )
    onnx.save(nameless(with_small_weights(onnx.load(str(whole)))), str(out))
    session = onnxruntime.InferenceSession(str(out))
    with torch.no_grad():
        want = upper(example)
    got = session.run(None, {"hidden": example.numpy()})
    off = [float(np.abs(g - w.numpy()).max()) for g, w in zip(got, want, strict=True)]
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, largest differences", off)
    whole.unlink()


def arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--lower", type=Path, help="reader.onnx, to take the lowest layers from")
    parser.add_argument("--interview", type=Path, nargs="*", default=[])
    parser.add_argument("--stories", type=Path, nargs="*", default=[])
    parser.add_argument("--check", type=Path, nargs="*", default=[], help="files only measured on")
    parser.add_argument("--keep-out", nargs="*", default=[], help="roles only measured on")
    parser.add_argument("--start", type=Path, help="go on from this state")
    parser.add_argument("--state", type=Path, required=True, help="write the state here")
    parser.add_argument("--out", type=Path, help="write the ONNX file here")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--half", action="store_true", help="bfloat16, where the processor has it")
    return parser.parse_args()


def main() -> None:
    """Train, print figures after each epoch, write the averaged weights."""
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    encoder = Encoder(args.weights, args.half)
    if args.start:
        encoder.model.load_state_dict(torch.load(args.start))
    if args.lower:
        encoder.take_lower(args.lower)
    rows = [row for path in args.interview for row in load(path)]
    groups = graded([row for row in rows if row["role"] not in args.keep_out], samples=True)
    groups += [group for path in args.stories for group in stories(load(path))]
    groups += shipped()
    held = [row for row in rows if row["role"] in args.keep_out]
    known = {path: load(path) for path in args.check}
    told = [row for rows in known.values() for row in rows if "near_miss" in row]
    held += [row for rows in known.values() for row in rows if "near_miss" not in row]
    checks = [*graded(held, samples=False), *stories(told)]
    print(f"{len(groups)} questions, {sum(len(g.answers) for g in groups)} answers", flush=True)
    moving = [p for p in encoder.model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(moving, lr=args.rate, weight_decay=0.01)
    each = sum(len(group.answers) for group in groups) // args.batch
    total = args.epochs * each
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, s / (0.1 * total + 1)) * max(0.02, 1 - s / total)
    )
    average = [p.detach().clone() for p in moving]
    began = time.time()
    for step in range(1, total + 1):
        batch = drawn(groups, args.batch, rng)
        told = [varied(rng.choice(group.answers), rng) for group in batch]
        missed = [rng.choice(group.misses) for group in batch if group.misses]
        scores = (
            nearness(
                encoder.questions([asked_some(group, rng) for group in batch]),
                encoder.answers(told + missed),
            )
            / TEMPERATURE
        )
        own = torch.arange(len(batch))
        loss = functional.cross_entropy(scores, own)
        loss = loss + functional.cross_entropy(scores[:, : len(batch)].T, own)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(moving, 1.0)
        optimizer.step()
        schedule.step()
        keep = min(0.98, (step + 1) / (step + 10))
        with torch.no_grad():
            for mean, parameter in zip(average, moving, strict=True):
                mean.mul_(keep).add_(parameter, alpha=1 - keep)
        if step % 10 == 0:
            print(f"{step}/{total} {time.time() - began:.0f}s {loss.item():.3f}", flush=True)
        if step % each and step != total:
            continue
        now = [p.detach().clone() for p in moving]
        with torch.no_grad():
            for parameter, mean in zip(moving, average, strict=True):
                parameter.copy_(mean)
        torch.save(encoder.model.state_dict(), args.state)
        encoder.half = False
        if checks:
            print(f"epoch {step // each}: {report(encoder, checks)}", flush=True)
        encoder.half = args.half
        if step < total:
            with torch.no_grad():
                for parameter, value in zip(moving, now, strict=True):
                    parameter.copy_(value)
    if args.out:
        export(encoder, args.out)


if __name__ == "__main__":
    main()
