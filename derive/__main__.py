"""python -m derive, and the command derive."""

from derive.commands.bytecode import keep_bytecode


def run() -> None:
    """The command line, with its bytecode at hand."""
    keep_bytecode()
    from derive.cli import main

    main()


if __name__ == "__main__":
    run()
