"""Visits: what the pages of every service share; who looks, the form, the time, the answer.

A handler asks for its `Visit` and translates: read the form, call one command, go on. What refuses is noted
at the field to blame, and the same page is shown again with everything that was typed:

    form = await visit.sent()
    async with visit.refusing():
        await dissolve_group(visit.pool, visit.who, id_, await visit.moment())
        return visit.go(address, done="dissolved")
    return await _dissolution(visit, id_)
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import urlencode

from litestar import Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from services.chassis.db.idempotency import Moment
from services.chassis.db.pool import Pool
from services.chassis.errors import TooLarge, Unauthorized
from services.chassis.web.forms import Form, sent
from services.chassis.web.pages import Pages, hidden_cookie
from services.chassis.web.problems import Sentences
from services.chassis.web.repeats import repeat_of
from services.chassis.web.requests import AnyRequest

Who = TypeVar("Who")

Answer: TypeAlias = Response[str] | Redirect
"""What a page's handler answers: the page, or on to another."""


@dataclass(frozen=True, slots=True)
class Recognised(Generic[Who]):
    """Who looks at a page, under which scope their repeats are told apart, and the cookies that keep them
    signed in. Nobody: not signed in."""

    who: Who | None = None
    scope: str | None = None
    name: str = ""
    cookies: Sequence[Cookie] = ()


class Kit(Protocol[Who]):
    """What a service gives to its pages."""

    pool: Pool
    pages: Pages
    sentences: Sentences
    secure: bool

    async def recognise(self, request: AnyRequest) -> Recognised[Who]:
        """Who looks; a token that expires is renewed as long as the session lives."""

    async def common(self, visit: "Visit[Who]") -> Mapping[str, object]:
        """The values that every page of the service has."""

    def now(self, request: AnyRequest) -> datetime:
        """When this happens."""


@dataclass(slots=True)
class Visit(Generic[Who]):
    """A look at a page, or a form that was sent from one."""

    request: AnyRequest
    kit: Kit[Who]
    recognised: Recognised[Who]
    form: Form = field(default_factory=Form)
    status: int = 200
    _sent: bool = False

    @property
    def who(self) -> Who:
        """Who looks. Raises Unauthorized if nobody is signed in."""
        if self.recognised.who is None:
            raise Unauthorized("token-invalid")
        return self.recognised.who

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.recognised.who is not None

    @property
    def pool(self) -> Pool:
        """The service's database."""
        return self.kit.pool

    @property
    def now(self) -> datetime:
        """When this happens."""
        return self.kit.now(self.request)

    @property
    def query(self) -> Mapping[str, str]:
        """What the address asks for."""
        return self.request.query_params

    async def sent(self, too_large: TooLarge | None = None) -> Form:
        """The form that was sent, without its files; its page shows it again. Raises Malformed, and
        `too_large` for one with files of which more was sent than is read."""
        if not self._sent:
            try:
                self.form, self._sent = await sent(self.request), True
            except HTTPException as error:
                if too_large is None or error.status_code != HTTP_413_REQUEST_ENTITY_TOO_LARGE:
                    raise
                raise too_large from error
        return self.form

    async def moment(self, content: bytes | None = None, by_address: bool = False) -> Moment:
        """When this happens, and what makes it the same if the form is sent again. Raises Invalid.

        `content` stands for the body of a form with a file. `by_address`: whoever sends it, a form that needs
        no sign-in: the first sending may have signed its sender in.
        """
        key, scope = self.form.of("form_key"), "" if by_address else self.recognised.scope
        return Moment(self.now, await repeat_of(self.request, scope, key, content))

    def refusing(self) -> "Refusing":
        """What the block raises is noted in the form at the field to blame, and its status for the page."""
        return Refusing(self)

    def forget(self) -> None:
        """The page is shown as to nobody, whoever is signed in: it is about another account, or none."""
        self.recognised = Recognised(cookies=self.recognised.cookies)

    async def page(self, template: str, **values: object) -> Response[str]:
        """The page, with the visit's form and status."""
        common = await self.kit.common(self)
        given = {**common, "form": self.form, **values}
        response = self.kit.pages.render(self.request, template, self.status, **given)
        for cookie in self.recognised.cookies:
            response.set_cookie(cookie)
        return response

    def go(self, path: str, *cookies: Cookie, **told: object) -> Redirect:
        """On to another page, whose address tells what was done."""
        query = f"{'&' if '?' in path else '?'}{urlencode(told)}" if told else ""
        return Redirect(f"{path}{query}", status_code=303, cookies=[*self.recognised.cookies, *cookies])

    def cookie(self, name: str, value: str, max_age: int) -> Cookie:
        """A cookie that no script and no other site sees; without a value it is cleared."""
        return hidden_cookie(name, value, max_age, self.kit.secure)


class Refusing:
    """A block whose refusal shows the page again instead of ending the request."""

    def __init__(self, visit: Visit[Any]) -> None:
        self._visit = visit

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Exception):
            return False
        visit = self._visit
        visit.status = visit.form.refuse(visit.kit.sentences, error)
        return True


def visits(kit: str) -> Callable[..., Awaitable[Visit[Any]]]:
    """The dependency by which handlers get their visit; `kit` names the service's kit in the application."""

    async def visit(request: AnyRequest) -> Visit[Any]:
        given: Kit[Any] = request.app.state[kit]
        return Visit(request, given, await given.recognise(request))

    return visit
