from __future__ import annotations

import re

import pytest

from storage import queries
from storage.queries import ACROSS_ORGANISATIONS, QUERIES, Query

NAMES = {query.name: query for query in QUERIES}


@pytest.mark.parametrize("query", NAMES.values(), ids=NAMES.keys())
def test_every_query_is_of_one_organisation(query: Query) -> None:
    tables = len(re.findall(r"\b(?:FROM|(?<!ARRAY )JOIN)\s+[a-z_]+", query.sql))
    scoped = len(re.findall(r"org_id = \{org_id:String\}", query.sql))
    assert scoped == tables or query in ACROSS_ORGANISATIONS


def test_one_query_alone_is_across_organisations() -> None:
    assert {query.name for query in ACROSS_ORGANISATIONS} == {"trace_sources"}


def test_every_query_is_listed_under_its_name() -> None:
    declared = {name: value for name, value in vars(queries).items() if isinstance(value, Query)}
    assert {name: query.name for name, query in declared.items()} == {name.upper(): name for name in NAMES}
