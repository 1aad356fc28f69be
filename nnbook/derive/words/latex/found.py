"""What the names of a statement stand for, as expressions of the engine."""

from sympy import (
    Add,
    Dummy,
    E,
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Lambda,
    Mul,
    Product,
    Sum,
    Symbol,
    Tuple,
    pi,
)

from ...limits import DEFINITIONS
from ..language import Index, Named, Partial
from .axes import Axes
from .building import Builder, logistic
from .meaning import Meaning, is_letter, label_key, letter_of
from .tree import Node


class FoundNames:
    """What the names of a statement stand for, by its :class:`Meaning`."""

    def __init__(self, meaning: Meaning):
        self.meaning, self.axes, self.made, self.given = meaning, Axes(meaning), {}, {}
        self.defining: list[str] = []
        self.definitions: dict = {}

    def is_e(self, node) -> bool:
        return node.name == "e" and not node.subs and not node.sups and not node.primes \
            and not self.meaning.e_is_a_name and "e" not in self.meaning.defined

    def letter(self, node) -> str:
        return letter_of(node)

    def derived(self, of: Node, variable, env, builder):
        """What a derivative is of: a name alone must depend on the variable."""
        made = builder.build(of, env)
        if of.kind == "name" and not made.has(Named, Function):
            base = getattr(variable, "base", variable)
            if made != variable and getattr(made, "base", None) != base:
                key = self.meaning.uses[id(of)].key
                if key in self.meaning.functions:
                    return Function(key, real=True)(variable)
                builder.fail(of, f"say how it depends on {variable}: give its formula as a "
                                 f"definition, such as {of.text or of.name} = …")
        return made

    # Indices

    def bind(self, node: Node, env, builder):
        """(symbol, first, last) of a sum."""
        index, first, last, *_ = node.args
        letter, reference = letter_of(index), ("binder", id(node))
        first = Integer(1) if first is None else builder.build(first, env)
        if last is not None:
            end = self._bound(last, env, builder)
        else:
            self._no_shifts(node, letter, builder)
            end = self.end(reference, builder, node)
        symbol = Index(letter, end) if first == 1 and self._is_size(end) \
            else Symbol(letter, integer=True)
        return symbol, first, end

    def _no_shifts(self, node, letter, builder):
        """Refuses sums over m without ends of which one is of x_{n-m}: which have the same ends?"""
        if sum(binder.letter == letter and binder.last is None and place not in self.meaning.heads
               for place, binder in self.meaning.binders.items()) < 2:
            return
        for use in self.meaning.uses.values():
            if use.scope.get(letter) == id(node) and any(
                    not is_letter(i) and any(n.kind == "name" and letter_of(n) == letter
                                             for n in i.walk()) for i in use.indices):
                builder.fail(node, f"say where the sum over {letter} begins and ends")

    def _bound(self, last, env, builder):
        return builder.build(last, env)

    def _is_size(self, end) -> bool:
        return all(s.is_integer and s.is_positive and not isinstance(s, Index)
                   for s in end.free_symbols)

    def end(self, reference, builder, node=None):
        """Where the range of an index ends that is not said at it."""
        size, is_open = self.axes.size(reference)
        if size is not None:
            return builder.build(size, {})
        if is_open and node is not None and self.axes.has_end(reference):
            builder.fail(node, "say where this sum begins and ends; its index runs to different "
                               "ends elsewhere")
        if is_open and node is not None and node.at == node.args[0].at:   # of a vector
            builder.fail(node, "say how long this vector is: an entry of it has a computed index, "
                               "so write it by its entries, with the ends of the sum")
        return self.size_symbol(self.axes.guessed(reference))

    def size_symbol(self, name) -> Symbol:
        self.meaning.sizes.add(name)
        return Symbol(name, integer=True, positive=True)

    def index_symbol(self, letter, use, builder):
        """A free index: in its range, if that is known."""
        if use.part.role == "definition" and any(
                n.kind in ("sum", "prod", "mean") and letter_of(n.args[0]) == letter
                for n in use.part.tree.walk()):
            builder.fail(use.node, f"{letter} is bound by no sum here: a sum reaches to the next "
                                   "plus or minus; put what it is of in brackets")
        reference = self.axes.reference(use.node, use)
        name = letter + ("'" if str(reference[1]).endswith("°") else "")
        end = self._range(reference, builder)
        if end is not None:
            return Index(name, end)
        # Indices count from 1; those of conditions stand for all values, whatever is put in.
        return Symbol(name, integer=True, **({} if name != letter else {"positive": True}))

    def _range(self, reference, builder):
        """The end of the range of a free index or an axis; None if it has none."""
        size, _ = self.axes.size(reference)
        if size is not None:
            if {letter_of(n) for n in size.walk() if n.kind == "name"} <= self.meaning.sizes:
                return builder.build(size, {})
            return None
        return self.size_symbol(self.axes.guessed(reference)) \
            if self.axes.has_open_sum(reference) and not self.axes.has_end(reference) else None

    # Names

    def name(self, node: Node, env: dict, builder):
        """The symbol, entry, function or definition that a name stands for, as it stands here."""
        use = self.meaning.uses.get(id(node))
        if use is None:   # within a limit that was taken from another place
            return self.plain(node, builder)
        letter = letter_of(node)
        if not use.indices and node.called is None and letter in env:
            return env[letter]
        if node.called is not None:
            return self.called(use, env, builder)
        if not use.indices:
            if use.below and (letter not in self.meaning.sizes
                              or self.axes.is_own(letter, use.part)):
                if letter in use.scope:
                    builder.fail(node, "expected an index of the sum around it")
                return self.index_symbol(letter, use, builder)
            return self.symbol(use, env, builder)
        return self.entry(use, env, builder)

    def plain(self, node, builder):
        key = label_key(node) if node.subs else letter_of(node)
        return self.number(key, node, builder)

    def symbol(self, use, env, builder):
        """A name without an index."""
        key, node = use.key, use.node
        if key in self.meaning.defined:
            return self.definition(key, (), use, builder)
        if key in self.meaning.free or self.axes.is_own(key, use.part):   # as a number
            return self.index_symbol(key, use, builder)
        return self.number(key, node, builder)

    def number(self, key, node, builder):
        if key in ("pi", "π"):
            return pi
        if key == "e" and not self.meaning.e_is_a_name:
            return E
        if key in self.meaning.sizes:
            return self.size_symbol(key)
        return Symbol(key, real=True)

    def entry(self, use, env, builder):
        """An entry of a tensor, a delta, or a named quantity at its indices."""
        indices = [builder.build(i, env) for i in use.indices]
        for index, node in zip(indices, use.indices, strict=True):
            if index.is_integer is False:
                builder.fail(node, "expected a whole number as an index")
        base = use.key.removesuffix("^")
        if base in self.meaning.defined:
            return self.definition(base, indices, use, builder)
        if use.key == "delta" and len(indices) == 2:
            return KroneckerDelta(*indices)
        return self.tensor(use.key, len(indices), builder)[tuple(indices)]

    def tensor(self, key, rank, builder):
        """The tensor of a name, with a shape where all its axes have a size."""
        if key not in self.made:
            shape = []
            for place in range(rank):
                axis = ("axis", key, place)
                _, is_open = self.axes.size(axis)
                end = None if is_open else self._range(axis, builder)
                shape.append(end)
            known = all(end is not None for end in shape)
            self.made[key] = IndexedBase(key, shape=tuple(shape) if known else None, real=True)
        return self.made[key]

    def called(self, use, env, builder):
        """``f(x)``, or a product with what stands in parentheses."""
        node = use.node
        name, arguments = node.name, [builder.build(a, env) for a in node.called]
        if name in self.meaning.functions and not use.indices:
            made = self.function(name, arguments, use, env, builder)
            return self._raised(made, node, env, builder)
        if len(arguments) != 1 or node.primes:
            builder.fail(node, "expected one formula in parentheses, for a product")
        bare = Node("name", node.at, (), node.name, node.subs, node.sups, text=node.name)
        inside = self._raised(arguments[0], node, env, builder)
        self.meaning.uses[id(bare)] = type(use)(bare, use.part, use.key, use.indices, use.scope)
        return Mul(self.name(bare, env, builder), inside)

    def _raised(self, made, node, env, builder):
        """With the exponent, or the factorial, that stands behind the parentheses."""
        if node.power is None:
            return made
        if node.power.kind == "bang":
            return builder.factorial(made, node)
        return builder.power(made, builder.build(node.power, env), node)

    def function(self, name, arguments, use, env, builder):
        """An unknown function, a defined one, or σ, the logistic function."""
        node = use.node
        part = self.meaning.defined.get(name)
        known = part is not None or name == "sigma"
        if node.primes and known:
            simple = len(arguments) == 1 and (arguments[0].is_Symbol or arguments[0].is_Indexed)
            if part is None and len(arguments) == 1 and not simple and node.primes == 1:
                at = logistic(arguments[0])
                return Mul(at, Add(1, Mul(-1, at)))   # of the logistic function
            if not simple or node.primes > 2:
                builder.fail(node, "a slope is read at a name alone, such as f'(u); write u for "
                                   "the argument, and define it")
            made = self.function(name, arguments, _without_primes(use), env, builder)
            for _ in range(node.primes):
                made = Partial(made, arguments[0])
            return made
        if part is None and name == "sigma":
            if len(arguments) != 1:
                builder.fail(node, "expected one argument of the logistic function")
            return logistic(arguments[0])
        if part is None:
            return Function(name + "'" * node.primes, real=True)(*arguments)
        heads = part.head.called or ()
        if len(heads) != len(arguments):
            builder.fail(node, f"expected {len(heads)} arguments")
        self._enter(name, node, builder)
        own = dict(zip(map(letter_of, heads), arguments, strict=True))
        made = Builder(part.text, self).build(part.tree, own)
        self.defining.pop()
        return made

    def definition(self, key, indices, use, builder):
        """A quantity under its name; it is built when it is first met."""
        part = self.meaning.defined[key]
        if key not in self.definitions:
            self._enter(key, use.node, builder)
            letters = [n for sub in (*part.head.sups, *part.head.subs)
                       for n in self.meaning.letters(sub)]
            own = {letter_of(n): Dummy(n.name, integer=True) for n in letters}
            body = Builder(part.text, self).build(part.tree, own)
            bound = {limit[0] for s in body.atoms(Sum, Product) for limit in s.limits}
            apart = body.xreplace({b: Dummy(b.name, integer=True) for b in bound})
            self.definitions[key] = Lambda(Tuple(*own.values()), apart)
            self.defining.pop()
        law = self.definitions[key]
        if len(law.variables) != len(indices):
            builder.fail(use.node, f"expected {len(law.variables)} indices, as in its definition")
        return Named(Symbol(key), law, *indices)

    def _enter(self, key, node, builder):
        if key in self.defining or len(self.defining) > DEFINITIONS:
            builder.fail(node, f"the definition of {key} leads back to itself")
        self.defining.append(key)


def _without_primes(use):
    node = Node("name", use.node.at, (), use.node.name, called=use.node.called,
                text=use.node.text)
    return type(use)(node, use.part, use.key, use.indices, use.scope)
