"""A run from beginning to end: learn the region, plan, perform, wait for the figures, tell of it."""

from dataclasses import dataclass
from math import ceil

from rich.console import Console

from deploy.demonstration import campaign as campaigns
from deploy.demonstration import crowd, plan, web
from deploy.demonstration.addresses import Addresses, next_run
from deploy.demonstration.campaign import Campaign
from deploy.demonstration.crowd import Origin
from deploy.demonstration.days import in_zone
from deploy.demonstration.plan import Act, Wanted
from deploy.demonstration.progress import Tally, show
from deploy.demonstration.region import DATA
from deploy.demonstration.replay import AT_ONCE, Replay, beside
from deploy.demonstration.web import Web


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for. With a rate: in real time, so many initiatives per second."""

    participants: int = 1500
    initiatives: int = 3000
    rate: float | None = None
    seed: int | None = None


async def carry_out(addresses: Addresses, order: Order, console: Console | None = None) -> Tally:
    """Carry out an order and wait until the region shows it. Raises Stopped, also for a refusal."""
    async with web.opened(AT_ONCE + 2) as client:
        campaign = await campaigns.opened(client, addresses)
        places = crowd.origins(DATA, await campaigns.organizations(client, addresses))
        await campaigns.wait_until_known(client, addresses, campaign, places)
        acts = planned(order, campaign, places, next_run(addresses.runs))
        tally = Tally(len(acts), await campaigns.figures(client, addresses))
        run = Replay(client, addresses, campaign.consent_version, tally)
        async with beside(run.watch(), show(tally, console or Console())):
            with run.interruptible():
                await run.perform(acts, live=order.rate is not None)
            told = summary(run, client)
            await run.catch_up()
    print(told, flush=True)
    return tally


def planned(order: Order, campaign: Campaign, places: list[Origin], run: int) -> list[Act]:
    """The acts of an order. The first run and the run of a seed are the same every time."""
    seed = run if order.seed is None else order.seed
    if order.rate is None:
        wanted = Wanted(order.participants, order.initiatives, run, seed)
        return plan.past(wanted, DATA, places, campaign.first_day, campaign.latest())
    wanted = Wanted(max(ceil(order.initiatives / 2), 1), order.initiatives, run, seed)
    return plan.live(wanted, DATA, places, order.rate, in_zone(campaign.time_zone))


def summary(run: Replay, client: Web) -> str:
    """What was done, as a sentence."""
    tally, begun = run.tally, "Interrupted after" if run.stop.is_set() else "Done:"
    return (
        f"{begun} {tally.registered} participants and {tally.submitted} initiatives in {tally.seconds:.1f} s "
        f"({tally.done / tally.seconds:.0f}/s), {client.repeated} requests repeated."
    )
