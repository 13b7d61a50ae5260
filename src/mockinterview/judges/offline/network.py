"""Holds the trained network in two parts, so that its lower layers can be run alone.

ONNX Runtime computes every node of a model, whatever outputs are asked for (microsoft/onnxruntime,
issue 16013). The word vectors need two layers of six, so the model is cut behind these when it is
loaded; the numbers stay the same to the last bit.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).with_name("weights")
#: Where the cut lies: what the second layer hands to the third, and the mask of all layers.
_CUT = (
    "/reader/encoder/encoder/layer.1/output/LayerNorm/LayerNormalization_output_0",
    "/reader/encoder/Where_1_output_0",
)
_VECTORS = "vectors"
#: A tensor of 32-bit floats of any shape, as a TypeProto.
_FLOATS = b"\x0a\x02\x08\x01"

#: The fields of onnx.proto that a cut needs: name, number, message type or None for a string
#: (bytes for a type), repeated or not. All others pass through unread.
_FIELDS: dict[str, tuple[tuple[str, int, str, bool], ...]] = {
    "Node": (("input", 1, "string", True), ("output", 2, "string", True)),
    "Tensor": (("name", 8, "string", False),),
    "Value": (("name", 1, "string", False), ("type", 2, "bytes", False)),
    "Graph": (
        ("node", 1, "Node", True),
        ("initializer", 5, "Tensor", True),
        ("input", 11, "Value", True),
        ("output", 12, "Value", True),
    ),
    "Model": (("graph", 7, "Graph", False),),
}


def run(outputs: list[str], inputs: dict[str, Any]) -> list[Any]:
    """Return ``outputs`` of the whole network."""
    low, high = _parts()
    fed = {item.name for item in low.get_inputs()}
    hidden = low.run(_CUT, {name: value for name, value in inputs.items() if name in fed})
    fed = {item.name for item in high.get_inputs()}
    given = {name: value for name, value in inputs.items() if name in fed}
    found: list[Any] = high.run(outputs, {**given, **dict(zip(_CUT, hidden, strict=True))})
    return found


def lower(ids: Any, segments: Any) -> tuple[Any, Any]:
    """Return unit vectors of the tokens, [tokens, width], and what the upper layers start from.

    Both come from the two lowest layers; the second is [1, tokens, width].
    """
    found = _parts()[0].run([_VECTORS, _CUT[0]], {"ids": ids, "segments": segments})
    return found[0], found[1]


def subject(hidden: Any) -> tuple[Any, Any]:
    """Return unit vectors of the tokens, [tokens, width], and of the whole text, [width].

    ``hidden`` is what `lower` gives, or its first tokens. The layers are those of
    ``subject.onnx``, trained to bring questions and answers to them together.
    """
    tokens, whole = _subject().run(["tokens", "whole"], {"hidden": hidden})
    return tokens, whole


@lru_cache(maxsize=1)
def _parts() -> tuple[Any, Any]:
    low, high = _cut((WEIGHTS / "reader.onnx").read_bytes())
    return _session(low), _session(high)


@lru_cache(maxsize=1)
def _subject() -> Any:
    return _session((WEIGHTS / "subject.onnx").read_bytes())


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread: the sums are added in one order, and many answers are judged side by side.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # a plan for each length of answer: memory for no speed
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    _give_back()
    return session


def _give_back() -> None:
    """Give freed memory back to the system: glibc keeps some 90 MB that loading took."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def _cut(model: bytes) -> tuple[bytes, bytes]:
    """Return the two parts of a model: up to the cut with the vectors, and from it on."""
    whole = _message("Model").FromString(model)
    results = [item.name for item in whole.graph.output if item.name != _VECTORS]
    return _part(whole, [_VECTORS, *_CUT], fed=()), _part(whole, results, fed=_CUT)


def _part(whole: Any, wanted: list[str], fed: tuple[str, ...]) -> bytes:
    """Return the part of ``whole`` that gives ``wanted`` from its inputs and ``fed``."""
    part = whole.__class__()
    part.CopyFrom(whole)
    graph = part.graph
    needed = set(wanted)
    for node in reversed(graph.node):  # nodes are in the order they are computed in
        if needed & set(node.output) - set(fed):
            needed.update(node.input)
    _keep(graph.node, lambda node: bool(needed & set(node.output) - set(fed)))
    _keep(graph.initializer, lambda tensor: tensor.name in needed)
    _keep(graph.input, lambda value: value.name in needed)
    _keep(graph.output, lambda value: value.name in wanted)
    known = {item.name for item in graph.output}
    for name in wanted:
        if name not in known:
            graph.output.add(name=name, type=_FLOATS)
    for name in fed:
        graph.input.add(name=name, type=_FLOATS)
    return bytes(part.SerializeToString())


def _keep(items: Any, wanted: Callable[[Any], bool]) -> None:
    kept = [item for item in items if wanted(item)]
    del items[:]
    items.extend(kept)


@lru_cache(maxsize=1)
def _messages() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool

    file = descriptor_pb2.FileDescriptorProto(
        name="mockinterview_onnx.proto", package="mockinterview_onnx", syntax="proto3"
    )
    kinds = descriptor_pb2.FieldDescriptorProto
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for name, number, kind, repeated in fields:
            field = described.field.add(name=name, number=number)
            field.label = kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL
            field.type = {"string": kinds.TYPE_STRING, "bytes": kinds.TYPE_BYTES}.get(
                kind, kinds.TYPE_MESSAGE
            )
            if field.type == kinds.TYPE_MESSAGE:
                field.type_name = f".mockinterview_onnx.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _message(name: str) -> Any:
    from google.protobuf import message_factory

    found = _messages().FindMessageTypeByName(f"mockinterview_onnx.{name}")
    return message_factory.GetMessageClass(found)
