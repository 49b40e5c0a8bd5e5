"""Runs kernels as an engineer measures: verified, interleaved, repeated until sure, remembered."""
