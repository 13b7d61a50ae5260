"""Takes the state of the network out of reader.onnx: ``python training/recover.py --help``.

The shipped file holds int8 weights, so what comes out is the state it was made of, rounded.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from model import Reader
from onnx import numpy_helper
from torch import Tensor


def state_of(reader: Path, model: Reader) -> dict[str, Tensor]:
    """Return the weights of ``reader`` under the names of ``model``.

    Exporting renames matrices; the product each belongs to keeps its name.
    """
    graph = onnx.load(str(reader)).graph
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    known = {name.removeprefix("reader."): _whole(held, name) for name in _names(held)}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in known:
            known[_module(node.name) + ".weight"] = known[node.input[1]].T
    wanted = model.state_dict()
    return {
        name: torch.tensor(known[name]).reshape(value.shape)
        for name, value in wanted.items()
        if name in known
    }


def _names(held: dict[str, Any]) -> set[str]:
    return {name.removesuffix("_int8").removesuffix("_scale") for name in held}


def _whole(held: dict[str, Any], name: str) -> Any:
    if name in held:
        return held[name]
    return held[f"{name}_int8"].astype(np.float32) * held[f"{name}_scale"]


def _module(node: str) -> str:
    """Return the module of a product: "/reader/point/point.0/MatMul" is that of "point.0"."""
    pieces = node.strip("/").split("/")[1:-1]
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
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = Reader(args.weights)
    state = state_of(args.reader, model)
    missing = sorted(set(model.state_dict()) - set(state))
    print("not in the file, as they begin:", ", ".join(missing) or "nothing")
    torch.save({**model.state_dict(), **state}, args.out)


if __name__ == "__main__":
    main()
