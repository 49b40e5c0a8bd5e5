"""Many points of a space of inputs, and which of the inputs move the answer."""
