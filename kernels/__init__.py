"""What a machine can do: measured, verified benchmark kernels. Knows no simulator."""
