"""What readers share: bytes from a file, numbers from lines, names to codes, what went wrong."""
