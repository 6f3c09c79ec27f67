"""How figures are written, the same on every page."""


def percent(share: float, digits: int = 1) -> str:
    """A share from 0 to 1 as a percentage; what is nearly certain never reads as certain."""
    limit = 1 - 0.5 * 10 ** -(digits + 2)
    if limit <= share < 1:
        return f"> {100 - 10**-digits:.{digits}f} %"
    return f"{100 * share:.{digits}f} %"
