"""True identities of positions, conditions on all indices, kinks and expectations, by field."""

from . import conditions, expectations, kinks, positions

FIELDS = {"positions": positions, "conditions": conditions, "kinks": kinks,
          "expectations": expectations}
IDENTITIES = {f"{field}: {name}": (*identity, ())[:3] for field, module in FIELDS.items()
              for name, identity in module.IDENTITIES.items()}
