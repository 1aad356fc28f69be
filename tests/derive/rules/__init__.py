"""True identities of positions, conditions on all indices, kinks and expectations, by field."""

from . import positions

FIELDS = {"positions": positions}
IDENTITIES = {f"{field}: {name}": (*identity, ())[:3] for field, module in FIELDS.items()
              for name, identity in module.IDENTITIES.items()}
