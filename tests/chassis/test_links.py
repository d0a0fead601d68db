"""Sealed links."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.chassis import links
from services.chassis.links import Link


@given(
    tenant=st.from_regex(r"[0-9]{8}([0-9]{3})?", fullmatch=True),
    id_=st.uuids(),
    version=st.integers(1, 2**31),
    place=st.integers(0, 10_000),
    sign=st.sampled_from("AbZ09-_"),
)
def test_a_link_opens_what_it_was_sealed_for_and_no_other_does(
    tenant: str, id_: UUID, version: int, place: int, sign: str
) -> None:
    link = Link(tenant, id_, version)
    sealed = links.sealed(b"secret", link)

    assert links.opened(b"secret", sealed) == link
    where = place % len(sealed)
    changed = sealed[:where] + sign + sealed[where + 1 :]
    for other, secret in ((changed, b"secret"), (sealed, b"another"), ("", b"secret"), ("я", b"secret")):
        if (other, secret) != (sealed, b"secret"):
            assert links.opened(secret, other) is None
