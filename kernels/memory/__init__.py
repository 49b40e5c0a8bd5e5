"""How fast memory answers: streams, sparse matrices, stencils, random loads."""
