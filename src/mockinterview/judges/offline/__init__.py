"""The embedded judge, which works without a key or a network."""

from mockinterview.judges.offline.judge import OfflineJudge

__all__ = ["OfflineJudge"]
