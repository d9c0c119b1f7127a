"""The console script `lotkeeper`. A start of the service hands its key over before anything else is imported."""

import sys

from lotkeeper.service.key_handover import hand_over_key, is_service, must_hand_over


def main() -> None:
    """The console script."""
    if must_hand_over(sys.argv):
        hand_over_key()
    if not is_service(sys.argv):  # a start of the service checks it later, beside its imports
        from lotkeeper.service.package_clash import refuse_clashes

        refuse_clashes()
    from cli.group import lotkeeper

    lotkeeper(prog_name="lotkeeper")


if __name__ == "__main__":
    main()
