"""How fast is nnbook? Works that it and another library do, timed side by side: `make bench`.

- `timing`: what a work is, how two sides are timed in turns, and how their numbers are compared.
- `processes`: a process for each side.
- `sides`: the forms that most works share: an op forward and backward, a step of training.
- `works`: the works, a file a subject.
- `limits`: what the machine itself can do: memory, products of matrices, threads.
- `report`: the table, and the machine that it was made on.
"""
