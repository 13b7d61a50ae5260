"""Writes a trained state as int8 ONNX: ``python training/export.py --help``.

With ``--upper`` only what lies above the frozen layers is written, to stand on those of the shipped
``reader.onnx``: a new training then adds 8 MB to the repository instead of 24.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from model import FROZEN, Reader
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from mockinterview.judges.offline.encoding import WINDOW


class One(nn.Module):
    """The reader for one window: no padding, so no masks; probabilities instead of logits."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(
        self, ids: Tensor, segments: Tensor, points: Tensor, sentences: Tensor
    ) -> tuple[Tensor, ...]:
        """Return scales [8], points [K,3], attention [K,N], labels [N,5], vectors [T,384]."""
        seen: list[Tensor] = []
        hook = self.reader.encoder.encoder.layer[FROZEN - 1].register_forward_hook(
            lambda _m, _i, out: seen.append(out[0] if isinstance(out, tuple) else out)
        )
        scales, point, attention, label = self.reader(
            ids, segments, torch.ones_like(ids), points, sentences, torch.ones_like(sentences)
        )
        hook.remove()
        vectors = functional.normalize(seen[0][0], dim=-1)
        return scales[0], point.softmax(-1)[0], attention[0], label.softmax(-1)[0], vectors


class Upper(nn.Module):
    """What lies above the frozen layers, for one window."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.layers = nn.ModuleList(reader.encoder.encoder.layer[FROZEN:])
        self.reader = reader

    def forward(
        self, hidden: Tensor, segments: Tensor, points: Tensor, sentences: Tensor
    ) -> tuple[Tensor, ...]:
        """Return scales [8], points [K,3], attention [K,N] and labels [N,5]."""
        for layer in self.layers:
            found = layer(hidden)
            hidden = found[0] if isinstance(found, tuple) else found
        scales, point, attention, label = self.reader.heads(
            hidden, segments, points, sentences, torch.ones_like(sentences)
        )
        return scales[0], point.softmax(-1)[0], attention[0], label.softmax(-1)[0]


def with_small_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return ``model`` with its large weights stored as int8 with a scale per channel.

    They become floats again when the session is loaded, so the arithmetic is the float model's:
    the same on processors with and without integer instructions, and closer to what was trained
    than dynamic quantisation (measured: 0.003 instead of 0.05 on the scales).
    """
    graph = model.graph
    large = [t for t in graph.initializer if len(t.dims) == 2 and np.prod(t.dims) > 10_000]
    lookups = {node.input[0]: node for node in graph.node if node.op_type == "Gather"}
    made = []
    for tensor in large:
        name, lookup = tensor.name, lookups.get(tensor.name)
        weights = numpy_helper.to_array(tensor).astype(np.float32)
        axis = 0 if lookup is None else 1  # embeddings by row, matrices by column
        scale = np.maximum(np.abs(weights).max(axis=axis, keepdims=True), 1e-8) / 127
        small = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(small, f"{name}_int8"))
        graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"))
        if lookup is None:
            made += [
                helper.make_node("Cast", [f"{name}_int8"], [f"{name}_cast"], to=TensorProto.FLOAT),
                helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [name]),
            ]
        else:
            _look_up_small(graph, lookup, name)
    for node in reversed(made):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    return model


def nameless(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return ``model`` without the names of nodes, as all files together may take 40 MB.

    Products keep theirs: by them ``recover.py`` knows the weights again.
    """
    for node in model.graph.node:
        if node.op_type != "MatMul":
            node.ClearField("name")
    return model


def _look_up_small(graph: onnx.GraphProto, lookup: onnx.NodeProto, name: str) -> None:
    """Make floats of the rows that are looked up, not of the whole table when it is loaded."""
    ids, out, place = lookup.input[1], lookup.output[0], list(graph.node).index(lookup)
    rows, scales, floats = (f"{out}_{part}" for part in ("rows", "scales", "floats"))
    graph.node.remove(lookup)
    nodes = [
        helper.make_node("Gather", [f"{name}_int8", ids], [rows], axis=0),
        helper.make_node("Gather", [f"{name}_scale", ids], [scales], axis=0),
        helper.make_node("Cast", [rows], [floats], to=TensorProto.FLOAT),
        helper.make_node("Mul", [floats, scales], [out]),
    ]
    for node in reversed(nodes):
        graph.node.insert(place, node)


OUTPUTS = ("scales", "point", "attention", "label")
LENGTHS = {"segments": {1: "tokens"}, "points": {1: "k"}, "sentences": {1: "n"}}


def inputs_of(length: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return made-up ids, segments, points and sentences of one window."""
    return (
        torch.randint(1000, 20000, (1, length)),
        torch.cat([torch.zeros(1, 30), torch.ones(1, length - 30)], 1).long(),
        torch.tensor([[5, 9]]),
        torch.tensor([[31, 45]]),
    )


def main() -> None:
    """Export, quantise, compare with the float model and print size and differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--upper", action="store_true", help="only what is above frozen layers")
    args = parser.parse_args()
    reader = Reader(args.weights)
    reader.load_state_dict(torch.load(args.state))
    one = (Upper(reader) if args.upper else One(reader)).eval()
    first = "hidden" if args.upper else "ids"

    def given(length: int) -> tuple[Tensor, ...]:
        ids, *others = inputs_of(length)
        return (torch.randn(1, length, 384) if args.upper else ids, *others)

    whole = args.out.with_suffix(".float.onnx")
    torch.onnx.export(
        one,
        given(300),
        str(whole),
        input_names=[first, *LENGTHS],
        output_names=[*OUTPUTS, *([] if args.upper else ["vectors"])],
        dynamic_axes={first: {1: "tokens"}, **LENGTHS},
        opset_version=17,
        dynamo=False,
    )
    small = with_small_weights(onnx.load(str(whole)))
    onnx.save(nameless(small) if args.upper else small, str(args.out))
    session = onnxruntime.InferenceSession(str(args.out))
    for length in (60, 300, WINDOW):
        inputs = given(length)
        with torch.no_grad():
            want = one(*inputs)
        fed = dict(zip((first, *LENGTHS), [t.numpy() for t in inputs], strict=True))
        off = [
            float(np.abs(g - w.numpy()).max())
            for g, w in zip(session.run(None, fed), want, strict=True)
        ]
        print(length, "tokens: largest differences", [round(v, 3) for v in off])
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")
    whole.unlink()


if __name__ == "__main__":
    main()
