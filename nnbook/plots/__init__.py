"""The figures that chapters share; the one importer of matplotlib.

`figure` holds the style and `show`, `data` draws numbers, `diagrams` the units of a network,
`graphs` any graph, with what flows through it, `motion` marks those that move on the site.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
