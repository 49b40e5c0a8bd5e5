"""`python -m hpcsim`: the command where it is a module that has to be named, as under MPI."""

from hpcsim.cli import main

if __name__ == "__main__":
    main()
