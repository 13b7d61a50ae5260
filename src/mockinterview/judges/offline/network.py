"""Holds the trained network in three parts, each run where it is needed.

``reader.onnx`` gives the two lowest layers, which serve word vectors too; ``upper.onnx`` stands on
them and judges, ``subject.onnx`` stands on them and tells what a text is about. The file of the
lowest layers also holds the upper ones it was once trained with. ONNX Runtime would compute these
too, whatever outputs are asked for (microsoft/onnxruntime, issue 16013), so they are cut off when
the file is loaded.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).with_name("weights")
#: Where the cut lies: what the second layer hands to the third.
_CUT = "/reader/encoder/encoder/layer.1/output/LayerNorm/LayerNormalization_output_0"
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
    """Return ``outputs`` of the judging network for one window."""
    fed = dict(inputs)
    low = {"ids": fed.pop("ids"), "segments": fed["segments"]}
    fed["hidden"] = _lowest().run([_CUT], low)[0]
    found: list[Any] = _session_of("upper.onnx").run(outputs, fed)
    return found


def lower(ids: Any, segments: Any) -> tuple[Any, Any]:
    """Return unit vectors of the tokens, [tokens, width], and what the upper layers start from.

    Both come from the two lowest layers; the second is [1, tokens, width].
    """
    found = _lowest().run([_VECTORS, _CUT], {"ids": ids, "segments": segments})
    return found[0], found[1]


def subject(hidden: Any) -> tuple[Any, Any]:
    """Return unit vectors of the tokens, [tokens, width], and of the whole text, [width].

    ``hidden`` is what `lower` gives, or its first tokens. The layers are those of
    ``subject.onnx``, trained to bring questions and answers to them together.
    """
    tokens, whole = _session_of("subject.onnx").run(["tokens", "whole"], {"hidden": hidden})
    return tokens, whole


@lru_cache(maxsize=1)
def _lowest() -> Any:
    return _session(_cut((WEIGHTS / "reader.onnx").read_bytes()))


@lru_cache(maxsize=2)
def _session_of(file: str) -> Any:
    return _session((WEIGHTS / file).read_bytes())


def _session(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread: the sums are added in one order, and many answers are judged side by side.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # a plan for each length of answer: memory for no speed
    options.enable_cpu_mem_arena = False  # keeps what the longest answer took: 30 MB for no speed
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    _give_back()
    return session


def _give_back() -> None:
    """Give freed memory back to the system: glibc keeps some 90 MB that loading took."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def _cut(model: bytes) -> bytes:
    """Return the part of ``model`` that gives the vectors and what lies at the cut."""
    whole = _message("Model").FromString(model)
    graph, needed = whole.graph, {_VECTORS, _CUT}
    for node in reversed(graph.node):  # nodes are in the order they are computed in
        if needed & set(node.output):
            needed.update(node.input)
    _keep(graph.node, lambda node: bool(needed & set(node.output)))
    _keep(graph.initializer, lambda tensor: tensor.name in needed)
    _keep(graph.input, lambda value: value.name in needed)
    _keep(graph.output, lambda value: value.name == _VECTORS)
    graph.output.add(name=_CUT, type=_FLOATS)
    return bytes(whole.SerializeToString())


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
