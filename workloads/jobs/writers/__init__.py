"""One writer a dialect, found by the folder they lie in."""
