r"""Vectors in one sign, written by their entries before names get a meaning.

``\mathbf{w}^\top \mathbf{x}`` is the sum over r of w_r x_r, ``\|w\|_2^2`` the sum of squares, and
``softmax(z)_k`` a fraction of exponentials. A transpose that no vector follows is refused.
"""

from dataclasses import replace

from .errors import Ambiguous, ReadError
from .tokens import LETTERS
from .tree import Node

_LETTERS = "rsquvlabc"


class Vectors:
    """Writes the vectors of one statement by entries; each new index is a letter of its own."""

    def __init__(self, trees):
        used = self.used = {node.name for tree in trees for node in tree.walk()
                                 if node.kind == "name"}
        self.letters = [letter for letter in _LETTERS if letter not in used]
        self.made = 0

    def letter(self) -> str:
        self.made += 1
        place, primes = (self.made - 1) % len(self.letters), (self.made - 1) // len(self.letters)
        return self.letters[place] + "'" * primes

    def expanded(self, node: Node, text: str) -> Node:
        """The tree without transposes, norms and softmax."""
        self.text = text
        return self._visit(node)

    def _visit(self, node: Node) -> Node:
        if node.kind == "mul":
            node = replace(node, args=tuple(self._products(list(node.args))))
            self._no_matrices(node)
            if len(node.args) == 1:
                return self._visit(node.args[0])
        node = node.with_parts(self._visit)
        if node.kind == "transpose":
            self._refuse(node)
        if node.kind == "norm":
            return self._norm(node)
        if node.kind == "pow" and node.args[0].kind == "root" and node.args[0].name == "norm" \
                and node.args[1].kind == "number" and node.args[1].name == "2":
            return node.args[0].args[0]
        if node.kind == "softmax":
            return self._softmax(node)
        return node

    def _no_matrices(self, node):
        """Refuses ``\\mathbf{A} \\mathbf{B}``: as numbers its factors would change places."""
        bold = [a for a in node.args if _is_bold(a)]
        if len(bold) > 1:
            raise ReadError(self.text, bold[0].at, self.text[bold[0].at:node.at + 24],
                            "products of matrices and vectors need indices: write "
                            r"\sum_j A_{ij} x_j, or w^\top x of two vectors")

    def _refuse(self, node):
        if node.name == "T":
            raise Ambiguous(self.text, node.at, self.text[node.at:node.at + 12],
                            r"the power T or a transpose? Write ^t, ^\top, or the entries")
        raise ReadError(self.text, node.at, self.text[node.at:node.at + 12],
                        "expected a vector after a transposed one; write the product by its "
                        r"entries, \sum_i w_i x_i")

    def _products(self, factors: list) -> list:
        """Factors in which ``w^\\top x`` and ``w^\\top A x`` are sums."""
        found = []
        while factors:
            first = factors.pop(0)
            if first.kind != "transpose" or not factors:
                found.append(first)
                continue
            column = factors[1] if _is_matrix(factors[0]) and factors[1:] else factors[0]
            if not _is_vector(first.args[0]) or not _is_vector(column) \
                    or (first.name == "T" and "T" in self.used):
                self._refuse(first)
            row, second = first.args[0], factors.pop(0)
            if len(factors) and _is_matrix(second) and _is_vector(factors[0]):
                found.append(self._form(first, row, second, factors.pop(0)))
                continue
            r = self.letter()
            body = Node("mul", first.at, (self._entry(row, r), self._entry(second, r)))
            found.append(self._sum(first, r, body))
        return found

    def _form(self, at, row, matrix, column) -> Node:
        """The sum over r and s of w_r A_rs x_s."""
        r, s = self.letter(), self.letter()
        middle = replace(matrix, subs=(*matrix.subs, _name(at, r), _name(at, s)))
        body = Node("mul", at.at, (self._entry(row, r), middle, self._entry(column, s)))
        return self._sum(at, r, self._sum(at, s, body))

    def _sum(self, node, letter, body) -> Node:
        made = Node("sum", node.at, (_name(node, letter), None, None, None, body), text=node.text)
        return Node("group", node.at, (made,), text=node.text)

    def _entry(self, node: Node, letter: str) -> Node:
        """The entry of a vector: of a name, or of a sum of names."""
        if node.kind == "name" and node.called is None:
            return replace(node, subs=(*node.subs, _name(node, letter)))
        if node.kind in ("add", "neg", "group"):
            return replace(node, args=tuple(self._entry(a, letter) for a in node.args))
        if node.kind == "mul":
            vectors = [p for p, a in enumerate(node.args) if _is_vector(a)] \
                or [len(node.args) - 1]
            if len(vectors) == 1:
                args = list(node.args)
                args[vectors[0]] = self._entry(args[vectors[0]], letter)
                return replace(node, args=tuple(args))
        raise ReadError(self.text, node.at, node.text[:40],
                        "expected the name of a vector, or a sum of such")

    def _norm(self, node: Node) -> Node:
        r = self.letter()
        inside = self._entry(node.args[0], r)
        if node.name == "1":
            return self._sum(node, r, Node("abs", node.at, (inside,)))
        two = Node("number", node.at, name="2")
        square = Node("pow", node.at, (Node("group", node.at, (inside,)), two))
        return Node("root", node.at, (self._sum(node, r, square),), name="norm")

    def _softmax(self, node: Node) -> Node:
        vector, *index = node.args
        r = self.letter()
        above = replace(vector, subs=(*vector.subs, *index))
        below = self._entry(vector, r)
        return Node("div", node.at, (
            Node("function", node.at, (above,), name="exp"),
            self._sum(node, r, Node("function", node.at, (below,), name="exp"))))


def _name(node, letter) -> Node:
    return Node("name", node.at, name=letter.rstrip("'"), primes=letter.count("'"))


def _is_vector(node) -> bool:
    """Whether a factor is a vector by its looks: a small letter in bold, or brackets of such."""
    if node.kind in ("group", "add", "neg", "mul"):
        return any(_is_vector(a) for a in node.args if isinstance(a, Node))
    return (node.kind == "name" and node.args == ("bold",) and not node.name[:1].isupper()) \
        or (node.kind == "name" and node.called is None and not node.subs \
        and node.name.islower() and (len(node.name) == 1 or node.name in LETTERS))


def _is_bold(node) -> bool:
    """Whether a factor is, or holds, a name in bold without an index."""
    if node.kind in ("group", "add", "neg", "pow"):
        return any(_is_bold(a) for a in node.args)
    return node.kind == "name" and node.args == ("bold",) and not node.subs \
        and node.called is None


def _is_matrix(node) -> bool:
    return node.kind == "name" and node.called is None and not node.subs \
        and (node.name[:1].isupper() or node.name in ("Sigma", "Lambda"))
