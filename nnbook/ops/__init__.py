"""The vertex functions of networks, one idea a file: `nnbook.Dense`, `nnbook.ReLU` and the like."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
