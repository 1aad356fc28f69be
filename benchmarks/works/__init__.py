"""All works, in the order of the table."""

from benchmarks.timing import Work
from benchmarks.works import (
    convolution,
    dense,
    elementwise,
    memory,
    normalization,
    overhead,
    scaling,
    sequences,
)

SUBJECTS = (
    *(dense, convolution, normalization, elementwise, sequences, memory, overhead, scaling),
)
WORKS: list[Work] = [work for subject in SUBJECTS for work in subject.WORKS]
BY_NAME: dict[str, Work] = {work.name: work for work in WORKS}
if len(BY_NAME) < len(WORKS):
    raise ValueError("two works have the same name")
