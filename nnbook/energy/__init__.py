"""Energy models: Hopfield networks, restricted Boltzmann machines, and what they are judged by."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
