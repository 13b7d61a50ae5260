"""Writes a trained state as int8 ONNX: ``python training/export.py --help``."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from model import FROZEN, Reader
from onnxruntime.quantization import QuantType, quantize_dynamic
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


def main() -> None:
    """Export, quantise, compare with the float model and print size and differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    reader = Reader(args.weights)
    reader.load_state_dict(torch.load(args.state))
    one = One(reader).eval()
    example = (
        torch.randint(1000, 20000, (1, 300)),
        torch.cat([torch.zeros(1, 100), torch.ones(1, 200)], 1).long(),
        torch.arange(20, 90, 10).unsqueeze(0),
        torch.arange(110, 290, 20).unsqueeze(0),
    )
    whole = args.out.with_suffix(".float.onnx")
    torch.onnx.export(
        one,
        example,
        str(whole),
        input_names=["ids", "segments", "points", "sentences"],
        output_names=["scales", "point", "attention", "label", "vectors"],
        dynamic_axes={
            "ids": {1: "tokens"},
            "segments": {1: "tokens"},
            "points": {1: "k"},
            "sentences": {1: "n"},
        },
        opset_version=17,
        dynamo=False,
    )
    # Seven-bit weights: eight-bit products overflow on processors without VNNI instructions,
    # and the same answer has to get the same level on every machine.
    quantize_dynamic(
        str(whole), str(args.out), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
    )
    session = onnxruntime.InferenceSession(str(args.out))
    for length in (60, 300, WINDOW):
        ids = torch.randint(1000, 20000, (1, length))
        segments = torch.cat([torch.zeros(1, 30), torch.ones(1, length - 30)], 1).long()
        inputs = (ids, segments, torch.tensor([[5, 9]]), torch.tensor([[31, 45]]))
        with torch.no_grad():
            want = one(*inputs)
        names = ("ids", "segments", "points", "sentences")
        got = session.run(None, dict(zip(names, [t.numpy() for t in inputs], strict=True)))
        off = [float(np.abs(g - w.numpy()).max()) for g, w in zip(got, want, strict=True)]
        print(length, "tokens: largest differences", [round(v, 3) for v in off])
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.1f} MB")
    whole.unlink()


if __name__ == "__main__":
    main()
