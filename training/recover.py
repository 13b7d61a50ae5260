"""Takes the state of the network out of the shipped files: ``python training/recover.py --help``.

They hold int8 weights, so what comes out is the state they were made of, rounded. Without
``--upper`` it is that of offline-4, whose upper layers ``reader.onnx`` still holds. ``--subject``
takes out what ``training/subject.py --start`` wants instead.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from model import FROZEN, Reader
from onnx import numpy_helper
from torch import Tensor


def state_of(files: list[Path], model: Reader) -> dict[str, Tensor]:
    """Return the weights of ``files`` under the names of ``model``, the last file's where several.

    Exporting renames matrices; the product each belongs to keeps its name.
    """
    known: dict[str, Any] = {}
    for file in files:
        graph = onnx.load(str(file)).graph
        held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        known |= {_own(name): _whole(held, name) for name in _names(held)}
        for node in graph.node:
            if node.op_type == "MatMul" and node.input[1] in known:
                known[_own(_module(node.name)) + ".weight"] = known[node.input[1]].T
    wanted = model.state_dict()
    return {
        name: torch.tensor(known[name]).reshape(value.shape)
        for name, value in wanted.items()
        if name in known
    }


#: The matrices of a layer in the order of their products.
MATRICES = (
    *(f"attention.self.{part}" for part in ("query", "key", "value")),
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


def subject_of(file: Path, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return ``state``, that of all-MiniLM-L6-v2, with the upper layers of ``subject.onnx``.

    That file keeps no names of products, so their order tells which matrix is which.
    """
    graph = onnx.load(str(file)).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    names = set(_names(held))
    products = [n for n in graph.node if n.op_type == "MatMul" and n.input[1] in names]
    known = {
        _own(name).removeprefix("encoder."): held[name]
        for name in held
        if name.startswith("layers.")
    }
    for place, node in enumerate(products):
        layer, part = divmod(place, len(MATRICES))
        name = _own(f"layers.{layer}.{MATRICES[part]}.weight").removeprefix("encoder.")
        known[name] = _whole(held, node.input[1]).T
    return {
        name: torch.tensor(known[name]).reshape(value.shape) if name in known else value
        for name, value in state.items()
    }


def _own(name: str) -> str:
    """Return the name in the whole network of what lies in one of the files."""
    found = re.fullmatch(r"layers\.(\d+)\.(.+)", name)
    if found:
        return f"encoder.encoder.layer.{int(found[1]) + FROZEN}.{found[2]}"
    return name.removeprefix("reader.")


def _names(held: dict[str, Any]) -> set[str]:
    return {name.removesuffix("_int8").removesuffix("_scale") for name in held}


def _whole(held: dict[str, Any], name: str) -> Any:
    if name in held:
        return held[name]
    return held[f"{name}_int8"].astype(np.float32) * held[f"{name}_scale"]


def _module(node: str) -> str:
    """Return the module of a product: "/reader/point/point.0/MatMul" is that of "point.0"."""
    pieces = node.strip("/").removeprefix("reader/").split("/")[:-1]
    kept = [
        piece
        for piece, after in zip(pieces, [*pieces[1:], ""], strict=True)
        if not after.startswith(f"{piece}.")
    ]
    return ".".join(kept)


def main() -> None:
    """Write the state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--reader", type=Path)
    parser.add_argument("--upper", type=Path)
    parser.add_argument("--subject", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if not (args.reader or args.subject):
        parser.error("one of --reader and --subject is needed")
    model = Reader(args.weights)
    if args.subject:
        torch.save(subject_of(args.subject, model.encoder.state_dict()), args.out)
        return
    state = state_of([args.reader, *([args.upper] if args.upper else [])], model)
    missing = sorted(set(model.state_dict()) - set(state))
    print("not in the file, as they begin:", ", ".join(missing) or "nothing")
    torch.save({**model.state_dict(), **state}, args.out)


if __name__ == "__main__":
    main()
