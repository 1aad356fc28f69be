"""What is said of text that is no formula: where it stops being one, and what was expected."""


class ReadError(ValueError):
    """Text that cannot be read as a formula.

    ``text`` is the whole of it, ``at`` the place (the first character is 0; -1 if it is not one
    place that is wrong), ``piece`` what stands there, and ``expected`` what should. :meth:`shown`
    points at the place.
    """

    def __init__(self, text: str, at: int, piece: str, expected: str):
        self.text, self.at, self.piece, self.expected = text, at, piece, expected
        found = repr(piece) if piece else "the end"
        super().__init__(f"at character {at + 1}, {found}: {expected}" if at >= 0 else expected)

    def __reduce__(self):
        return type(self), (self.text, self.at, self.piece, self.expected)

    def shown(self, width: int = 76) -> str:
        """The text around the place, and a mark below it."""
        if self.at < 0:
            return f"{self.text[:width]}\n{self.expected}"
        first = max(0, min(self.at - width // 2, len(self.text) - width))
        part = self.text[first:first + width].translate({10: 32, 13: 32, 9: 32})
        return f"{part}\n{' ' * (self.at - first)}^ {self.expected}"


class NothingToCheck(ReadError):
    """The text says what a name stands for, and claims nothing."""


class Ambiguous(ReadError):
    """The text can be read in two ways."""
