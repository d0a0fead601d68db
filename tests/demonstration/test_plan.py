"""Who takes part in the replayed campaign and what they do."""

import re
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from random import Random

import pytest

from deploy.demonstration import crowd, plan, texts
from deploy.demonstration.crowd import Origin
from deploy.demonstration.plan import Act, Registration, Submission, Wanted
from deploy.demonstration.region import DATA
from deploy.demonstration.stopped import Stopped
from deploy.demonstration.texts import Stock
from tests.demonstration.conftest import NOW, Draw, organizations

CITY = "13702000"


def submissions(acts: list[Act]) -> list[Submission]:
    return [act for act in acts if isinstance(act, Submission)]


def emails(acts: list[Act]) -> list[str]:
    return [act.person.email for act in acts if isinstance(act, Registration)]


def test_a_seed_gives_the_same_plan_every_time(draw: Draw) -> None:
    assert draw(seed=7) == draw(seed=7)
    assert draw(seed=7) != draw(seed=8)


def test_everything_wanted_is_planned(draw: Draw) -> None:
    acts = draw(participants=150, initiatives=301)

    assert len(emails(acts)) == 150
    assert len(submissions(acts)) == 301


def test_each_person_registers_first_and_never_goes_back_in_time(draw: Draw) -> None:
    of_person: dict[str, list[Act]] = defaultdict(list)
    for act in draw():
        of_person[act.person.email].append(act)

    for acts in of_person.values():
        kinds = [isinstance(act, Registration) for act in acts]
        assert kinds == [True] + [False] * (len(acts) - 1)
        assert all(before.at <= after.at for before, after in pairwise(acts))


def test_most_submit_one_or_two_and_a_few_submit_many(draw: Draw) -> None:
    per_person = Counter(submission.person.email for submission in submissions(draw()))
    how_many = Counter(per_person.values())

    assert how_many[1] + how_many[2] > len(per_person) / 2
    assert 1 <= sum(n for written, n in how_many.items() if written > 15) < len(per_person) / 20


def test_addresses_are_latin_fictional_and_never_given_twice(draw: Draw) -> None:
    given = [email for run in (1, 2, 3, 12) for email in emails(draw(run=run, seed=1))]

    assert len(set(given)) == len(given)
    assert all(re.fullmatch(r"[a-z]+\.[a-z]\.[a-z][0-9]*(-[0-9]+)?@example\.org", email) for email in given)


def test_the_number_of_a_run_changes_nothing_but_addresses(draw: Draw) -> None:
    first, second = draw(run=1, seed=5), draw(run=2, seed=5)

    assert [act.at for act in first] == [act.at for act in second]
    assert [act.person.position for act in first] == [act.person.position for act in second]


def test_a_text_fits_the_organization_of_its_author(draw: Draw) -> None:
    kinds = {o["external_id"]: o["kind"] for o in organizations()}

    for act in submissions(draw()):
        kind = kinds[act.person.organization] if act.person.organization else None
        assert not act.text.kinds or kind in act.text.kinds


def test_a_position_fits_the_organization(draw: Draw) -> None:
    for act in draw():
        if act.person.kind is None:
            assert act.person.position in ("elder", "deputy", "council", "resident")
        else:
            expected = "servant" if act.person.kind in crowd.SERVANTS else "budget"
            assert act.person.position in (expected, "deputy")
        assert act.person.position != "elder" or crowd.is_settlement(act.person.municipality)


def test_no_text_comes_again_in_a_municipality_before_all_that_fit_have_come() -> None:
    stock = texts.stock_of(DATA)
    school = [text for text in stock if text.fits("школа")]
    dealer = Stock(stock, Random("texts"))

    first = [dealer.deal(CITY, "школа").title for _ in school]
    second = [dealer.deal(CITY, "школа").title for _ in school]
    elsewhere = [dealer.deal("13603000", "школа").title for _ in school]

    assert set(first) == set(second) == set(elsewhere) == {text.title for text in school}
    assert len(set(first)) == len(first)


def test_titles_of_the_stock_differ() -> None:
    titles = [text.title for text in texts.stock_of(DATA)]

    assert len(set(titles)) == len(titles)


def test_municipalities_differ_and_a_few_settlements_stay_empty(draw: Draw) -> None:
    per_municipality = Counter(act.person.municipality for act in submissions(draw()))
    still = {code for code in settlements() if not crowd.activity(code)}

    assert 2 <= len(still) <= 8
    assert not still & set(per_municipality)
    assert per_municipality.most_common(1)[0][0] == CITY
    assert len(per_municipality) > 30


def settlements() -> set[str]:
    lines = (DATA / "population.csv").read_text("utf-8").splitlines()[1:]
    return {code for line in lines if crowd.is_settlement(code := line.partition(";")[0])}


def test_the_count_goes_to_the_founder_of_the_organization(places: list[Origin]) -> None:
    founders = {o["external_id"]: o["founder"] for o in organizations()}

    assert all(place.municipality == founders[place.organization] for place in places if place.organization)


def test_another_region_is_not_replayed() -> None:
    with pytest.raises(Stopped, match="load its region first"):
        crowd.origins(DATA, {("79000000", "Школа № 1"): "1"})


def test_a_live_plan_keeps_its_rate_and_lets_everybody_register_first(places: list[Origin]) -> None:
    acts = plan.live(Wanted(5, 10, 1, 1), DATA, places, 2.0, NOW)

    seconds = [(act.at - NOW).total_seconds() for act in submissions(acts)]
    assert seconds == [i / 2 for i in range(10)]
    known: dict[str, datetime] = {}
    for act in acts:
        if isinstance(act, Registration):
            known[act.person.email] = act.at
        assert act.person.email in known
