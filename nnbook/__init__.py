"""nnbook: the networks of the book, in NumPy.

Names are loaded when they are first used (their list is `__init__.pyi`), so that importing the
package, or `nnbook.derive` alone, does not import NumPy.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
