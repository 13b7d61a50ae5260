"""The network: a small BERT with heads for the whole answer, each key point and each sentence."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import AutoModel

#: Heads on the whole answer. Regressions are 0 to 1 (level 1 to 5; STAR part 0 to 2).
SCALES = ("overall", "content", "specificity", "structure", "S", "T", "A", "R")
LABELS = "STARO"
#: Layers that are not trained; their output serves as word vectors.
FROZEN = 2


class Reader(nn.Module):
    """Reads windows made by ``mockinterview.judges.offline.encoding``."""

    def __init__(self, weights: str) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            weights, attn_implementation="eager", add_pooling_layer=False
        )
        width = self.encoder.config.hidden_size
        self.whole = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(0.1))
        self.scales = nn.Linear(width, len(SCALES))
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.point = nn.Sequential(
            nn.Linear(2 * width, width // 2), nn.GELU(), nn.Dropout(0.1), nn.Linear(width // 2, 3)
        )
        self.label = nn.Sequential(
            nn.Linear(width, width // 2), nn.GELU(), nn.Dropout(0.1), nn.Linear(width // 2, 5)
        )

    def forward(
        self,
        ids: Tensor,
        segments: Tensor,
        mask: Tensor,
        points: Tensor,
        sentences: Tensor,
        sentence_mask: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return scales [B,8], point logits [B,K,3], attention [B,K,N], label logits [B,N,5]."""
        hidden = self.encoder(
            input_ids=ids, token_type_ids=segments, attention_mask=mask
        ).last_hidden_state
        return self.heads(hidden, mask * segments, points, sentences, sentence_mask)

    def heads(
        self, hidden: Tensor, said: Tensor, points: Tensor, sentences: Tensor, sentence_mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return what `forward` does from the last layer; ``said`` marks the answer's tokens."""
        width = hidden.shape[-1]
        at_points = hidden.gather(1, points.unsqueeze(-1).expand(-1, -1, width))
        at_sentences = hidden.gather(1, sentences.unsqueeze(-1).expand(-1, -1, width))
        counted = said.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * counted).sum(1) / counted.sum(1).clamp(min=1)
        scales = self.scales(self.whole(torch.cat([hidden[:, 0], mean, at_points.mean(1)], -1)))
        match = self.query(at_points) @ self.key(at_sentences).transpose(1, 2) / width**0.5
        match = match.masked_fill(sentence_mask.unsqueeze(1) == 0, -1e4)
        attention = match.softmax(-1)
        said = attention @ at_sentences
        return (
            scales,
            self.point(torch.cat([at_points, said], -1)),
            attention,
            self.label(at_sentences),
        )
