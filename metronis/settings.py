"""All configuration, one frozen tree, read from the environment (`METRONIS_<GROUP>__<FIELD>`)."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from metronis.errors import Misconfigured

PREFIX = "METRONIS_"
NOT_SETTINGS = (f"{PREFIX}TEST_", f"{PREFIX}BENCH_")


class Group(BaseModel):
    """A group of settings that one component takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Ingest(Group):
    """What a producer may send."""

    max_trace_bytes: int = Field(4_194_304, ge=1_024, description="Largest trace taken, in bytes; larger gets 413.")
    max_batch_bytes: int = Field(33_554_432, ge=1_024, description="Largest batch request taken, in bytes.")
    max_batch_items: int = Field(1_000, ge=1, description="Most traces in one batch request.")
    max_depth: int = Field(64, ge=4, le=200, description="Deepest nesting of JSON taken inside a trace.")


class Api(Group):
    """Where the gateway listens and when it says 'not now'."""

    host: str = Field("127.0.0.1", description="Address the gateway listens on.")
    port: int = Field(8300, ge=0, le=65_535, description="Port the gateway listens on; 0 picks a free one.")
    max_waiting_bytes: int = Field(
        67_108_864, ge=1_024, description="Bytes accepted but not yet durable, above which the gateway answers 429."
    )


class Log(Group):
    """The event log between the tiers."""

    partitions: int = Field(2, ge=1, le=256, description="Partitions of topics that are made from now on.")
    retention_hours: float = Field(168.0, gt=0, description="How long topics made from now on keep a message.")
    lease_s: float = Field(10.0, gt=0.1, description="A group member silent for this long loses its partitions.")


class Kafka(Group):
    """Apache Kafka as the event log."""

    bootstrap_servers: str | None = Field(
        None, min_length=1, description="Brokers as `host:port,host:port`. Absent: the embedded log in the data folder."
    )
    security: Json[dict[str, SecretStr]] = Field(
        {}, description='librdkafka\'s security settings as JSON: `{"security.protocol": "SASL_SSL", …}`.'
    )
    instance_id: str | None = Field(
        None, min_length=1, description="Name of this process for ever: a quick restart then moves no partition."
    )
    schema_registry_url: SecretStr | None = Field(
        None, description="Confluent Schema Registry for Avro from producers; may hold `user:password@`."
    )


class ClickHouse(Group):
    """A ClickHouse server as the store."""

    url: str | None = Field(
        None, pattern="^https?://", description="The server's HTTP interface. Absent: the embedded store."
    )
    database: str = Field("metronis", description="Database that holds the tables; it must exist.")
    user: str = Field("default", description="User that may create tables in the database, insert and select.")
    password: SecretStr | None = Field(None, description="The user's password.")


class Metrics(Group):
    """Where a worker or a sink shows its metrics. The gateway has `/metrics` of its own."""

    host: str = Field("127.0.0.1", description="Address that workers and sinks serve their metrics on.")
    port: int | None = Field(
        None, ge=1, le=65_535, description="Port that they are served on. Absent: they are not served."
    )


class Worker(Group):
    """The loop that moves batches through a tier."""

    batch_max: int = Field(500, ge=1, description="Most messages in one transaction.")
    batch_s: float = Field(0.25, gt=0, description="Time of work after which a transaction ends, full or not.")
    bulk_batch_s: float = Field(0.05, gt=0, description="The same for bulk traces; interactive ones may wait for it.")
    bulk_max_waiting: int = Field(
        2_000, ge=1, description="Records waiting for a reader further on, above which bulk traces are held back."
    )
    poll_wait_s: float = Field(0.05, ge=0, description="Longest wait for messages before the loop looks round again.")
    stop_deadline_s: float = Field(10.0, gt=0, description="Time to finish the batch in hand after SIGTERM.")
    count: int = Field(1, ge=1, le=64, description="Worker processes that `metronis up` starts.")
    dead_letters_in_a_row: int = Field(
        50,
        ge=0,
        le=100,
        description="Failures of ours in a row, of one partition, at which a tier or the sink stops; 0: never.",
    )
    dead_letter_share: float = Field(
        0.1,
        gt=0,
        le=1,
        description="Share of a partition's last records failing through us that stops it; 1: none.",
    )
    dead_letter_window: int = Field(
        1_000, ge=100, le=10_000, description="How many of a partition's last records that share is of."
    )


class Sink(Group):
    """The writer into the store."""

    batch_max: int = Field(2_000, ge=1, description="Most messages of one partition in one insert.")


class Sanitize(Group):
    """Tier 0."""

    enabled: bool = Field(True, description="Whether PII detection runs. Switch it off for benchmarks only.")
    secret: SecretStr | None = Field(
        None, description="Secret that pseudonyms are keyed with. Absent: made once and kept in the data folder."
    )
    policies: Path | None = Field(
        None, description="Folder with `<org_id>.yaml` for each organisation that wants another policy."
    )
    neural: bool = Field(
        False, description="Whether a neural model looks at what leaves doubt. Needs `pip install metronis-aegis[ml]`."
    )


class Vault(Group):
    """Where random pseudonyms and the values behind them are kept."""

    url: SecretStr | None = Field(
        None,
        description="`postgresql://USER:PASSWORD@HOST/NAME`, or `sqlite:///FILE`. Absent: SQLite in the data folder.",
    )
    master_key: SecretStr | None = Field(
        None, description="Key that the vault's keys are wrapped with. Absent: made once and kept in the data folder."
    )
    older_master_keys: Json[list[SecretStr]] = Field(
        [], description="Keys that it may still be wrapped with, as a JSON list; `metronis vault rewrap` ends that."
    )
    redis_url: SecretStr | None = Field(
        None, description="`redis://HOST:PORT/0` as a cache of tokens that processes share. Absent: each has its own."
    )


class Knowledge(Group):
    """Public knowledge bases: drugs, labels, codes, companies, representatives."""

    source: str = Field(
        "snapshot",
        pattern="^(snapshot|http)$",
        description="`snapshot`: tables of the domains; `http`: the services.",
    )
    timeout_s: float = Field(10.0, gt=0, le=60, description="Longest silence of a service, in seconds.")
    redis_url: SecretStr | None = Field(
        None, description="`redis://HOST:PORT/0` that keeps services' answers. Absent: each question is asked anew."
    )
    rxnorm_url: str = Field("https://rxnav.nlm.nih.gov", pattern="^https?://", description="RxNav, for RxNorm.")
    openfda_url: str = Field("https://api.fda.gov", pattern="^https?://", description="The openFDA API.")
    openfda_api_key: SecretStr | None = Field(
        None, min_length=1, description="Key of openFDA: 120,000 requests a day instead of 1,000."
    )
    snomed_url: str | None = Field(
        None, pattern="^https?://", description="FHIR R4 terminology server that has SNOMED CT, up to its `/fhir`."
    )
    snomed_token: SecretStr | None = Field(None, min_length=1, description="Bearer token for that server.")
    edgar_url: str = Field("https://data.sec.gov", pattern="^https?://", description="EDGAR's data.")
    edgar_index_url: str = Field("https://www.sec.gov", pattern="^https?://", description="EDGAR's list of tickers.")
    edgar_contact: str | None = Field(
        None,
        pattern="^[ -~]*@[ -~]*$",
        description="Organisation and e-mail address that the SEC wants to be told by whoever asks EDGAR.",
    )
    finra_url: str = Field("https://api.finra.org", pattern="^https?://", description="FINRA's Query API.")
    finra_token_url: str = Field(
        "https://ews.fip.finra.org/fip/rest/ews/oauth2/access_token",
        pattern="^https?://",
        description="Where FINRA gives tokens.",
    )
    finra_client_id: str | None = Field(None, min_length=1, description="API client of FINRA.")
    finra_client_secret: SecretStr | None = Field(None, min_length=1, description="Its secret.")


class Settings(BaseSettings):
    """Everything that can be set. Unknown `METRONIS_*` variables are errors, because typos are the commonest outage."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid")

    data_dir: Path = Field(Path("data"), description="Folder of the embedded log, store and secrets.")
    domains_dir: Path = Field(
        Path("domains"),
        description="Folder with `<name>/spec.yaml` for each domain of your own; followed while running.",
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least level that is logged.")
    ingest: Ingest = Field(default_factory=Ingest)
    api: Api = Field(default_factory=Api)
    log: Log = Field(default_factory=Log)
    kafka: Kafka = Field(default_factory=Kafka)
    clickhouse: ClickHouse = Field(default_factory=ClickHouse)
    metrics: Metrics = Field(default_factory=Metrics)
    worker: Worker = Field(default_factory=Worker)
    sink: Sink = Field(default_factory=Sink)
    sanitize: Sanitize = Field(default_factory=Sanitize)
    vault: Vault = Field(default_factory=Vault)
    knowledge: Knowledge = Field(default_factory=Knowledge)


def variables(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[tuple[str, str, object]]:
    """Yield (environment variable, description, default) for every setting."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, Group):
            yield from variables(annotation, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}", field.description or "", field.default


def load() -> Settings:
    """Read the settings; raise Misconfigured with one sentence where one is unknown or wrong."""
    known = {name for name, _, _ in variables()}
    for name in os.environ:
        if name.startswith(PREFIX) and not name.startswith(NOT_SETTINGS) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {near[0]}?" if near else "see docs/reference/settings.md"
            raise Misconfigured(f"unknown setting {name}: {hint}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "__".join(str(part).upper() for part in first["loc"])
        raise Misconfigured(f"{name} is wrong: {first['msg']}; see docs/reference/settings.md") from error
