import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app

from brik.jobs import clocks, intervals, server_costs, server_log


class Command(BaseCommand):
    help = "Send what is to be sent, and do the periodic work. Start as many as you like on one database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="messages on their way at once")
        parser.add_argument("--until-empty", action="store_true", help="end when nothing is left to do now")

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in [*server_log.differences(), *server_costs.differences()]:
            self.stderr.write(sentence)
        if not clocks.agree():
            self.stderr.write("This machine's clock is not the database's: no shares are sent until it is.")
        asyncio.run(self._work(options["concurrency"], until_empty=options["until_empty"]))
        self.stdout.write("The worker has stopped.")

    async def _work(self, concurrency: int, *, until_empty: bool) -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Procrastinate's base class lacks it
        with app.replace_connector(connector) as working:
            async with working.open_async():
                self.stdout.write("The worker is running.")
                self.stdout.flush()
                await working.run_worker_async(
                    concurrency=concurrency,
                    wait=not until_empty,
                    delete_jobs="successful",
                    fetch_job_polling_interval=max(0.2, intervals.seconds(5.0)),
                    update_heartbeat_interval=intervals.heartbeat(),
                    stalled_worker_timeout=intervals.stalled_after(),
                    # A message on its way is let through to its answer before the worker ends.
                    shutdown_graceful_timeout=settings.CASE_SYSTEM_TIMEOUT + 10,
                )
