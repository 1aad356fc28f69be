"""Diffusion models: schedules of noise, what is spoiled and how, and samplers that go back."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
