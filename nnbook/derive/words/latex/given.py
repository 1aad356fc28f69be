"""Names that were given with a text, rather than found from it."""

from sympy import KroneckerDelta

from ..language import Named


class GivenNames:
    """Names that were given, ``{LaTeX: (what to call with the indices, how many)}``."""

    def __init__(self, given):
        self.given = given

    def is_e(self, node) -> bool:
        return node.name == "e" and not node.subs

    def letter(self, node) -> str:
        return node.name

    def known(self, node, env, builder):
        """The thing of a name, with its indices or arguments."""
        thing, rank = self.given[node.name]
        if rank == "function":
            return thing(*(builder.build(a, env) for a in node.called))
        if rank is None:
            return thing
        subs = node.subs
        if rank > 1 and len(subs) == 1 and subs[0].kind == "mul":
            subs = subs[0].args
        if len(subs) != rank:
            builder.fail(node, f"expected {rank} indices, got {len(subs)}")
        indices = [builder.build(a, env) for a in subs]
        if isinstance(thing, tuple):
            return Named(*thing[1:], *indices)
        return thing[tuple(indices)]

    def name(self, node, env, builder):
        """Names that were not given are refused; π and e are known."""
        if node.name == "delta" and node.subs and node.called is None:
            subs = node.subs[0].args if node.subs[0].kind == "mul" else node.subs
            if len(subs) == 2:
                return KroneckerDelta(*(builder.build(a, env) for a in subs))
        builder.fail(node, "expected one of the names that were given")

    def bind(self, node, env, builder):
        """The index of a sum, which is one of the names."""
        index, first, last, *_ = node.args
        if first is None or last is None:
            builder.fail(node, "expected the first and the last index of the sum")
        return (builder.build(index, env), builder.build(first, env), builder.build(last, env))

    def derived(self, of, variable, env, builder):
        return builder.build(of, env)
