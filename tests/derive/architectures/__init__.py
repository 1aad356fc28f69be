"""True identities of the architectures that the notes only name, by field.

What the engine cannot prove yet stands in ``not_yet``.
"""

from . import attention, energy, generative, machines, ranges, recurrent
from .not_yet import NOT_YET

FIELDS = {
    "recurrent": recurrent, "attention": attention, "energy": energy, "generative": generative,
    "machines": machines, "ranges": ranges,
}
IDENTITIES = {f"{field}: {name}": (*identity, ())[:3] for field, module in FIELDS.items()
              for name, identity in module.IDENTITIES.items()}

__all__ = ["FIELDS", "IDENTITIES", "NOT_YET"]
