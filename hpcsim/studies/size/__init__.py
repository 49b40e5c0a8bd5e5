"""How much capacity is enough: the smallest or cheapest that meets all targets, and until when."""
