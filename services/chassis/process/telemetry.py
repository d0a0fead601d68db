"""What this process measures of itself, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

RELAY_SENT = Counter("relay_sent_total", "Records acknowledged by the broker", ["topic"])
RELAY_BACK = Counter("relay_back_total", "Times a stream was set back to be sent again", ["topic"])
RELAY_AGE = Gauge("relay_oldest_unsent_seconds", "Age of the oldest event not yet sent")
EPOCHS = Counter("outbox_epochs_total", "New epochs: this database had lost commits", ["topic"])
APPLIED = Counter("inbox_applied_total", "Events applied", ["reader", "topic"])
DUPLICATES = Counter("inbox_duplicates_total", "Records skipped as known", ["reader", "topic"])
PARKED = Counter("inbox_parked_total", "Records set aside as bad", ["reader", "topic"])
GAPS = Gauge("inbox_gap", "1 while a number is missing", ["reader", "topic", "partition"])
STOPPED = Gauge("inbox_stopped", "1 where nearly every record was bad", ["reader", "topic", "partition"])
LAG = Gauge("inbox_lag_records", "Records of the log not yet read", ["reader", "topic", "partition"])
POOL_WAIT = Histogram("pool_wait_seconds", "Waiting for a database connection")
SSE_CLIENTS = Gauge("sse_clients", "Open event streams")
SSE_RESYNCS = Counter("sse_resyncs_total", "Slow clients told to fetch the picture anew")
RESTARTS = Counter("background_restarts_total", "Times a background work failed and was run anew", ["work"])
SEALED_UNREADABLE = Counter("sealed_unreadable_total", "Sealed values that no key of the ring opens")
HELD = Gauge(
    "relay_stream_held", "1 while a stream stands before an event that cannot be sent", ["topic", "partition"]
)
REQUESTS = Histogram(
    "http_request_seconds",
    "Time to answer",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
