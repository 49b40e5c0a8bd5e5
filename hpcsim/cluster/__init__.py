"""The compiled scheduler core, its policies and its placement."""
