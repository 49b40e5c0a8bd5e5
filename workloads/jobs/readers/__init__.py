"""One reader a dialect, found by the folder they lie in."""
