"""``python -m monitor``."""

if __name__ == "__main__":
    # Not above: worker processes import this module by name, and need none of the commands.
    from monitor.cli import main

    main()
