"""How fast the cores compute: dense linear algebra, transforms."""
