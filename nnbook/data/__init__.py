"""Data sets, ways to cut and prepare them, and metrics of what was predicted."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
