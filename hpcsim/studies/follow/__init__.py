"""Jobs and workflows put into a simulated time, and followed task by task."""
