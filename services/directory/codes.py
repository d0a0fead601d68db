"""Municipality codes as people write them in tables."""


def code_of(cell: str) -> str:
    """A municipality's code as it was meant: a spreadsheet takes it for a number and drops its first zero."""
    digits = cell.replace(" ", "")
    return digits.zfill(8) if digits.isdigit() and len(digits) == 7 else digits
