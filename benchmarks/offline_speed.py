"""Times the offline judge: one answer, many answers, and an absurdly long one.

python benchmarks/offline_speed.py
"""

from __future__ import annotations

import resource
import statistics
import time

from mockinterview import bank, wiring
from mockinterview.ports import Task
from mockinterview.rubric import build_rubric

ANSWERS = 300


def main() -> None:
    """Print seconds for each case, and the most memory the process used."""
    judge = wiring.offline_judge()
    questions = list(bank.load_bank().questions.values())
    # The sample answers stand in for real ones: 150 words of each, judged against another
    # question too, so that nothing is simply looked up.
    texts = [" ".join(question.sample_answer.split()[:150]) for question in questions]

    def seconds(text: str, at: int) -> float:
        question = questions[at % len(questions)]
        began = time.perf_counter()
        judge.evaluate(Task(question, build_rubric(question), text))
        return time.perf_counter() - began

    first = seconds(texts[0], 0)
    each = [seconds(texts[n * 7 % len(texts)], n) for n in range(ANSWERS)]
    long = seconds(" ".join(texts)[:5_000] * 130, 3)
    print(f"first answer of 150 words after start   {first * 1e3:8.1f} ms")
    print(f"median of {ANSWERS:,} answers              {statistics.median(each) * 1e3:12.1f} ms")
    print(f"slowest of {ANSWERS:,} answers             {max(each) * 1e3:12.1f} ms")
    print(f"answers a second, one core              {ANSWERS / sum(each):8.0f}")
    print(f"an answer of about 120,000 words        {long:8.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process             {peak:8.0f} MB")


if __name__ == "__main__":
    main()
