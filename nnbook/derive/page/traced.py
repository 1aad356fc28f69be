"""Text that is rewritten and still knows where each of its letters stood."""

import re


class Traced:
    """A text with, for each letter, its place in the text that it was made from.

    >>> text = Traced("a − bc").sub("−", " minus ").sub("bc", "d")
    >>> str(text)
    'a  minus  d'
    >>> text.span(text.text.index("d"), len(text.text))
    (4, 6)
    """

    def __init__(self, text: str, places: list[tuple[int, int]] | None = None):
        self.text = text
        self.places = places or [(at, at + 1) for at in range(len(text))]

    def __str__(self):
        return self.text

    def sub(self, pattern: str, replacement) -> "Traced":
        """As :func:`re.sub`; what replaces a word stands where that word stood."""
        text, places, last = [], [], 0
        for match in re.finditer(pattern, self.text):
            new = replacement(match) if callable(replacement) else match.expand(replacement)
            text += [self.text[last:match.start()], new]
            places += self.places[last:match.start()]
            last = match.end()
            # The same letters stay where they are, so that parts of a word can be told apart.
            own = self.places[match.start():last]
            places += own if new == match[0] else [self.span(match.start(), last)] * len(new)
        return Traced("".join([*text, self.text[last:]]), places + self.places[last:])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where letters from ``start`` to before ``end`` stood; at the end, where that was."""
        found = self.places[start:end]
        if not found:
            after = self.places[-1][1] if self.places else 0
            return after, after
        return min(place[0] for place in found), max(place[1] for place in found)
