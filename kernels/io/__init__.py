"""Files: bandwidth past the page cache, and metadata."""
