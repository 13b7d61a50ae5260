"""Fine-tunes the small encoder: ``python training/train.py --help``. Seeds are fixed."""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import torch
from claims import composed, load_claims
from dress import dressed
from model import FROZEN, Reader
from rows import (
    NONE,
    Batch,
    Example,
    bank_rows,
    batches,
    collate,
    crossed,
    fitting,
    hostile,
    interview,
    lengthened,
    load,
    public,
    samples,
    without_orders,
)
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

#: What each head on the whole answer counts in the loss, in the order of model.SCALES.
SCALE_WEIGHTS = torch.tensor([4.0, 1.5, 0.7, 0.5, 0.5, 0.5, 0.7, 0.7])


def loss_of(model: Reader, batch: Batch, half: bool = True) -> tuple[Tensor, list[float]]:
    """Return the weighted loss and its parts (scales, key points, labels)."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        scales, points, _, labels = model(*batch.inputs)
    off = (scales.float() - batch.scales) ** 2 * batch.scale_mask * SCALE_WEIGHTS
    whole = (off.sum(1) * batch.weight).mean()
    point = functional.cross_entropy(
        points.float().flatten(0, 1), batch.verdicts.flatten(), ignore_index=NONE, reduction="none"
    ).view(batch.verdicts.shape)
    counted = (batch.verdicts != NONE).float()
    point = ((point * counted).sum(1) / counted.sum(1).clamp(min=1) * batch.weight).mean()
    label = torch.zeros(())
    if (batch.labels != NONE).any():
        label = functional.cross_entropy(
            labels.float().flatten(0, 1), batch.labels.flatten(), ignore_index=NONE
        )
    return 5 * whole + point + label, [whole.item(), point.item(), float(label)]


@torch.no_grad()
def validate(model: Reader, tokenizer: Tokenizer, examples: list[Example]) -> str:
    """Return Pearson and Spearman of overall, key-point agreement and label accuracy."""
    from scipy.stats import pearsonr, spearmanr
    from sklearn.metrics import cohen_kappa_score, f1_score

    model.eval()
    said: list[float] = []
    points: list[tuple[int, int]] = []
    labels: list[tuple[int, int]] = []
    for start in range(0, len(examples), 16):
        group = examples[start : start + 16]
        batch = collate(tokenizer, group)
        scales, point, _, label = model(*batch.inputs)
        said += scales[:, 0].tolist()
        level = torch.round((point.softmax(-1) * torch.arange(3.0)).sum(-1)).long()
        for a, b in zip(batch.verdicts.flatten().tolist(), level.flatten().tolist(), strict=True):
            if a != NONE:
                points.append((a, b))
        best = label.argmax(-1)
        for a, b in zip(batch.labels.flatten().tolist(), best.flatten().tolist(), strict=True):
            if a != NONE:
                labels.append((max(a, 1), max(b, 1)))  # S and T are one class here
    model.train()
    true = [e.scales[0] for e in examples]
    text = f"pearson {pearsonr(true, said)[0]:.3f} spearman {spearmanr(true, said)[0]:.3f}"
    if len({a for a, _ in points}) > 1:
        text += f" points {cohen_kappa_score(*zip(*points, strict=True), weights='quadratic'):.3f}"
    if labels:
        text += f" star {f1_score(*zip(*labels, strict=True), average='macro'):.3f}"
    return text


def arguments() -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--start", type=Path, help="go on from this saved state")
    parser.add_argument(
        "--out", type=Path, required=True, help="X.pt: one state an epoch, Xe1.pt ..."
    )
    parser.add_argument("--interview", type=Path, nargs="*", default=[])
    parser.add_argument("--public", type=Path, nargs="*", default=[])
    parser.add_argument("--public-most", type=int, default=10**6, help="rows of each per epoch")
    parser.add_argument("--bank", type=int, default=0, help="shipped questions per epoch")
    parser.add_argument("--made-up", type=float, default=1.0, help="share used per epoch")
    parser.add_argument("--claims", type=Path, help="right and wrong claims, put together")
    parser.add_argument("--claims-each", type=int, default=2, help="answers a question and epoch")
    parser.add_argument("--crossed", type=int, default=0, help="answers beside other questions")
    parser.add_argument("--stories", type=Path, nargs="*", default=[], help="with near misses")
    parser.add_argument("--stories-most", type=int, default=200, help="questions per epoch")
    parser.add_argument("--lengthen", type=float, default=0.0, help="share of weak answers")
    parser.add_argument("--dress", type=float, default=0.0, help="share greeted, padded, hesitant")
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--float32",
        action="store_true",
        help="for processors without bfloat16, where that is some 70 times slower; the shipped "
        "weights were trained with it",
    )
    return parser.parse_args()


def reading(path: Path) -> list[Example]:
    """Return the examples of an interview or a public file."""
    rows = load(path)
    if "ratings" in rows[0] and "key_points" in rows[0]:
        return [without_orders(interview(row)) for row in rows]
    return [public(row) for row in rows]


def made_up(args: argparse.Namespace, rng: random.Random) -> list[Example]:
    """Return the answers made by rule from questions and samples, afresh for each epoch."""
    pools = [load(path) for path in args.interview]
    if args.bank:
        pools.append(rng.sample(bank_rows(), args.bank))
    found = [example for rows in pools for example in [*hostile(rows, rng), *samples(rows)]]
    found = rng.sample(found, round(args.made_up * len(found)))
    if args.claims:
        weak = [row for rows in pools[: len(args.interview)] for row in rows if row["score"] <= 1.5]
        spare = [s for row in weak if not row.get("trap") for s in row.get("sentences") or []]
        found += composed(load_claims(args.claims), args.claims_each, rng, spare)
    told = [row for path in args.stories for row in load(path)]
    return found + fitting(told, args.stories_most, rng)


def main() -> None:
    """Train, print the validation figures after each epoch, save the averaged weights."""
    args = arguments()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    tokenizer = Tokenizer.from_file(f"{args.weights}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    model = Reader(args.weights)
    if args.start:
        model.load_state_dict(torch.load(args.start))
    own = [e for path in args.interview for e in reading(path)]
    pools = [reading(path) for path in args.public]
    checks = {path.stem: reading(path) for path in args.check}
    # The lowest layers stay as they are: words not seen in training keep their place among the
    # others, and the judge takes its word vectors for matching texts from there.
    for part in (model.encoder.embeddings, *model.encoder.encoder.layer[:FROZEN]):
        for parameter in part.parameters():
            parameter.requires_grad_(False)
    moving = {n: p for n, p in model.named_parameters() if p.requires_grad}
    head = [p for n, p in moving.items() if not n.startswith("encoder")]
    body = [p for n, p in moving.items() if n.startswith("encoder")]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": args.rate}, {"params": head, "lr": 5 * args.rate}],
        weight_decay=0.01,
        fused=True,
    )
    made = len(made_up(args, random.Random(0)))
    size = len(own) + made + args.crossed + sum(min(args.public_most, len(pool)) for pool in pools)
    total = args.epochs * (size // args.batch + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, s / (0.08 * total)) * max(0.02, 1 - s / total)
    )
    average = {k: v.clone() for k, v in model.state_dict().items()}
    began, step = time.time(), 0
    for epoch in range(args.epochs):
        examples = dressed(lengthened(own, args.lengthen, rng), args.dress, rng)
        examples += made_up(args, rng)
        examples += crossed(examples, args.crossed, rng)
        for pool in pools:
            examples += rng.sample(pool, min(args.public_most, len(pool)))
        for batch in batches(tokenizer, examples, args.batch, rng):
            loss, parts = loss_of(model, batch, not args.float32)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            keep = min(0.99, (step + 1) / (step + 10))
            for name, value in moving.items():
                average[name].mul_(keep).add_(value.detach(), alpha=1 - keep)
            if step % 40 == 0:
                print(
                    f"{step}/{total} {time.time() - began:.0f}s",
                    [f"{p:.3f}" for p in parts],
                    flush=True,
                )
        kept = {k: v.clone() for k, v in model.state_dict().items()}
        model.load_state_dict(average)
        for name, check in checks.items():
            print(f"epoch {epoch + 1} {name}: {validate(model, tokenizer, check)}", flush=True)
        torch.save(average, args.out.with_stem(f"{args.out.stem}e{epoch + 1}"))
        model.load_state_dict(kept)


if __name__ == "__main__":
    main()
