"""The hardware, as frozen validated data read from a file."""
