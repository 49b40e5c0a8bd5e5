"""When will a job start? Futures of the queue, simulated, and how far they can be believed."""
