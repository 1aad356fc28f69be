"""What a page shows: derivations, matches with code, the ledger and its tables, grades."""
