"""Averages trained states: ``python training/soup.py --weights M --out O A B [--check F]``.

The mean of fine-tuned weights often does better than each (Wortsman et al. 2022, model soups);
states here come from one line of training, so they can be averaged.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from model import Reader
from tokenizers import Tokenizer
from train import reading, validate


def main() -> None:
    """Write the average and print its figures on the files to check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", type=Path, nargs="+")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    torch.set_num_threads(2)
    found = [torch.load(path) for path in args.states]
    mean = {
        name: sum(state[name] for state in found) / len(found)
        if value.is_floating_point()
        else value
        for name, value in found[0].items()
    }
    torch.save(mean, args.out)
    model = Reader(args.weights)
    model.load_state_dict(mean)
    tokenizer = Tokenizer.from_file(f"{args.weights}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for path in args.check:
        print(f"{path.stem}: {validate(model, tokenizer, reading(path))}", flush=True)


if __name__ == "__main__":
    main()
