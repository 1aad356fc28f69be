"""Learning on many machines: a batch in pieces, and machines, simulated or real."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
