"""Storage: tiers, datasets and their lives, and bandwidth shared by all who use it."""
