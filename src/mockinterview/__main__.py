"""Lets ``python -m mockinterview`` do what the ``mockinterview`` command does."""

from mockinterview.cli import main

if __name__ == "__main__":
    main()
