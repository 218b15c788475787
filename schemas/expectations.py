"""What a batch must look like before it is loaded: row rules send rows to quarantine, batch rules stop the load.

Rules are rows of the tables below; Great Expectations judges them. It is imported only when something is judged,
because the import alone costs seconds and 250 MB.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.records import LOADED_STATUSES, Basis, GeoBasis, Precision
from schemas.source import Range, Source

if TYPE_CHECKING:
    import pandas as pd


class AuditError(RuntimeError):
    """The audit itself could not be done; nothing may be loaded on its word."""


@dataclass(frozen=True, slots=True)
class RowRule:
    """One thing that must be true of each row. `expectation` is the name of a Great Expectations class.

    Columns may be ones that the judged frame has beside those of the table (see flows/warehouse/staging.py).
    """

    name: str
    table: str
    expectation: str
    arguments: Mapping[str, Any]
    explains: str
    cure: str
    shows: str = ""                  # column whose value is told beside the rule; empty: the judged ones


@dataclass(frozen=True, slots=True)
class BatchRule:
    """One thing that must be true of a batch as a whole: a figure inside a range, where `when` figures suffice.

    `when` gives least values of other figures below which the rule says nothing: shares of few rows mean nothing.
    """

    name: str
    figure: str
    range: Range
    explains: str
    cure: str
    when: Mapping[str, float] = field(default_factory=dict)
    stops: bool = True


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that broke a rule: its key, the rule's name, the value that broke it."""

    row_id: str
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class BrokenBatch:
    """A batch rule that was broken, told in one sentence; `stops` says whether the load may go on."""

    rule: str
    detail: str
    stops: bool


_DAYS = 365.2425
_EARLIEST_DAY = round(-970 * _DAYS)          # the year 1000, counted from 1970: news tells of wars, not of antiquity
_LATEST_DAY = round(180 * _DAYS)             # 2150


def _between(column: str, low: float | None, high: float | None) -> dict[str, Any]:
    return {"column": column, "min_value": low, "max_value": high}


def _ordered(lower: str, upper: str, or_equal: bool = False) -> dict[str, Any]:
    return {"column_A": upper, "column_B": lower, "or_equal": or_equal, "ignore_row_if": "either_value_is_missing"}


_TRUE = [True]

ROW_RULES: tuple[RowRule, ...] = (
    RowRule("article_has_text", "articles", "ExpectColumnValuesToBeBetween", _between("content_length", 1, None),
            "an article has at least one character of title, lead, body or subhead", "look at the page with `dateline clean`"),
    RowRule("article_has_address", "articles", "ExpectColumnValueLengthsToBeBetween",
            _between("canonical_url", 1, 4000), "an article has an address of at most 4000 characters", "mend the source's links"),
    RowRule("article_blocks_inside_text", "articles", "ExpectColumnValuesToBeInSet",
            {"column": "blocks_stand", "value_set": _TRUE}, "every block lies inside the text", "report it: cleaning made it"),
    RowRule("article_published_in_order", "articles", "ExpectColumnPairValuesAToBeGreaterThanB",
            _ordered("published_start_day", "published_end_day"), "the publication interval starts before it ends",
            "look at the page's dates with `dateline clean`"),
    RowRule("article_published_not_ahead", "articles", "ExpectColumnPairValuesAToBeGreaterThanB",
            _ordered("published_start_day", "latest_day", or_equal=True),
            "nothing is published later than the day after it was fetched", "set the source's timezone or day_first"),
    RowRule("article_language_is_code", "articles", "ExpectColumnValuesToMatchRegex",
            {"column": "language", "regex": r"^(?:[a-z]{2,3})?$"}, "a language is an ISO 639 code or empty", "set the source's language"),
    RowRule("mention_has_article", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "has_article", "value_set": _TRUE}, "a mention's article is in the batch and not in quarantine",
            "mend the article first, then replay"),
    RowRule("mention_code_is_cameo", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "is_cameo", "value_set": _TRUE}, "a deed's code stands in transforms/lexicons/cameo/codes.csv",
            "mend the trigger table that gave the code", "code"),
    RowRule("mention_evidence_stands", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "evidence_stands", "value_set": _TRUE}, "the evidence is what the article says between its offsets",
            "report it: reading made it", "evidence_start"),
    RowRule("mention_trigger_inside_evidence", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "trigger_stands", "value_set": _TRUE}, "the trigger lies inside the evidence", "report it: reading made it",
            "trigger_start"),
    RowRule("mention_date_in_order", "mentions", "ExpectColumnPairValuesAToBeGreaterThanB",
            _ordered("date_start_day", "date_end_day"), "a date starts before it ends", "report the date's words"),
    RowRule("mention_date_in_range", "mentions", "ExpectColumnValuesToBeBetween",
            _between("date_start_day", _EARLIEST_DAY, _LATEST_DAY), "a date lies between the years 1000 and 2150",
            "report the date's words"),
    RowRule("mention_date_not_ahead", "mentions", "ExpectColumnPairValuesAToBeGreaterThanB",
            _ordered("date_start_day", "latest_day", or_equal=True),
            "what is not planned or threatened began at the latest on the day after its article was fetched",
            "look at the sentence's tense and status"),
    RowRule("mention_precision_known", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "date_precision", "value_set": [*Precision]}, "a precision is of the closed vocabulary", "report it"),
    RowRule("mention_basis_known", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "date_basis", "value_set": [*Basis]}, "a date's basis is of the closed vocabulary", "report it"),
    RowRule("mention_geo_basis_known", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "geo_basis", "value_set": [*GeoBasis]}, "a place's basis is of the closed vocabulary", "report it"),
    RowRule("mention_status_is_loaded", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "status", "value_set": sorted(LOADED_STATUSES)}, "what is hypothetical or negated is never loaded", "report it"),
    RowRule("mention_latitude_in_range", "mentions", "ExpectColumnValuesToBeBetween", _between("place_lat", -90, 90),
            "a latitude lies between -90 and 90", "build the gazetteer again"),
    RowRule("mention_longitude_in_range", "mentions", "ExpectColumnValuesToBeBetween", _between("place_lon", -180, 180),
            "a longitude lies between -180 and 180", "build the gazetteer again"),
    RowRule("mention_country_known", "mentions", "ExpectColumnValuesToBeInSet",
            {"column": "is_country", "value_set": _TRUE}, "a place's country is an ISO 3166-1 code, or XK", "build the gazetteer again",
            "place_country"),
    RowRule("mention_actors_are_codes", "mentions", "ExpectColumnValuesToMatchRegex",
            {"column": "actor_codes", "regex": r"^(?:[A-Za-z]{3})*,(?:[A-Za-z]{3})*$"}, "actor codes are groups of three letters",
            "mend the actor table that gave the code"),
    RowRule("mention_killed_in_order", "mentions", "ExpectColumnPairValuesAToBeGreaterThanB",
            _ordered("killed_low", "killed_high", or_equal=True), "the lower bound of the killed is not above the upper", "report it"),
    RowRule("mention_killed_plausible", "mentions", "ExpectColumnValuesToBeBetween", _between("killed", 0, 10_000_000),
            "between 0 and ten million are killed in one deed", "look at the sentence's numbers"),
    RowRule("mention_confidence_in_range", "mentions", "ExpectColumnValuesToBeBetween", _between("confidence", 0, 1),
            "confidence lies between 0 and 1", "report it"),
    RowRule("mention_sentence_counted", "mentions", "ExpectColumnValuesToBeBetween", _between("sentence_number", 1, None),
            "sentences are counted from 1", "report it"),
)

# Floors stand far below what a normal night gives: noise passes, a dead parser does not.
BATCH_RULES: tuple[BatchRule, ...] = (
    BatchRule("pages_become_articles", "article_share", Range(0.1, None), "of twenty or more pages a tenth are articles",
              "look at rejects of this source: the site changed, or it blocks us", when={"pages": 20}),
    BatchRule("articles_give_mentions", "mentions_per_article", Range(0.05, None),
              "twenty or more articles tell of something", "look at the articles: wrong language, or the reader is broken",
              when={"articles": 20}),
    BatchRule("our_code_holds", "failed_share", Range(None, 0.2), "of five or more pages at most a fifth break our own code",
              "look at rejects with the reason stage_failed, mend the code or the lexicon, and run again", when={"pages": 5}),
    BatchRule("mentions_are_dated", "dated_share", Range(0.1, None), "of fifty or more mentions a tenth have a date",
              "look at published_basis: publication dates are probably lost", when={"mentions": 50}),
    BatchRule("few_articles_in_quarantine", "article_quarantine_share", Range(None, 0.2),
              "at most a fifth of ten or more articles break a row rule", "`dateline quarantine` tells which rule",
              when={"staged_articles": 10}),
    BatchRule("few_mentions_in_quarantine", "mention_quarantine_share", Range(None, 0.2),
              "at most a fifth of twenty or more mentions break a row rule", "`dateline quarantine` tells which rule",
              when={"staged_mentions": 20}),
    BatchRule("volume_as_usual", "volume_ratio", Range(0.1, None),
              "a source lists at least a tenth of the pages that it listed on its median night",
              "look at the source: it moved, shrank or blocks us", when={"history": 7, "usual_listed": 10}),
)


# How far a night may be from the source's last windows before somebody should look; figures by drift_figures().
_DRIFT_HISTORY = 7
_DRIFT: tuple[tuple[str, float, str, str], ...] = (
    ("drift_empty", 0.3, "the share of pages without an article", "look at the rejects: the site's pages changed"),
    ("drift_characters", 0.6, "the mean length of an article, as a share of the usual one", "look at some articles: too much or too little is kept"),
    ("drift_dated", 0.3, "the share of dated mentions", "look at published_basis: publication dates are probably lost"),
    ("drift_languages", 0.3, "the mix of languages", "look at the source: it lists another edition"),
    ("drift_date_bases", 0.3, "the mix of how dates are known", "look at the newest mentions by date_basis"),
)


def drift_figures(figures: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """How far a batch's figures are from the medians and mean mixes of a source's last windows, 0 for not at all.

    Shares differ by their difference, lengths by their ratio, mixes by half the sum of their differences (total
    variation distance, 0 to 1). None where the history has fewer than seven windows with articles.
    """
    past = [each for each in history if each.get("articles")]
    if len(past) < _DRIFT_HISTORY:
        return {name: None for name, *_ in _DRIFT}

    def usual(name: str) -> float | None:
        values = sorted(float(each[name]) for each in past if each.get(name) is not None)
        return values[len(values) // 2] if values else None

    def apart(name: str, relative: bool = False) -> float | None:
        before, now = usual(name), figures.get(name)
        if before is None or now is None or (relative and not before):
            return None
        return abs(float(now) - before) / (before if relative else 1.0)

    def mixed(name: str) -> float | None:
        now: Mapping[str, float] = figures.get(name) or {}
        mixes = [each[name] for each in past if each.get(name)]
        if not now or not mixes:
            return None
        keys = set(now).union(*mixes)
        return float(sum(abs(now.get(key, 0.0) - sum(mix.get(key, 0.0) for mix in mixes) / len(mixes)) for key in keys)) / 2

    return {"drift_empty": apart("empty_share"), "drift_characters": apart("characters", relative=True), "drift_dated": apart("dated_share"),
            "drift_languages": mixed("languages"), "drift_date_bases": mixed("date_bases")}


def drift_rules(source: Source) -> tuple[BatchRule, ...]:
    """The alarms for a night that is unlike the last ones; they warn, or stop the load where the source says so."""
    return tuple(BatchRule(figure, figure, Range(None, most), f"{what} is near that of the last windows", cure, when={"articles": 10},
                           stops=source.expect.drift_stops) for figure, most, what, cure in _DRIFT)


def expected_rules(source: Source) -> tuple[BatchRule, ...]:
    """The batch rules that a source's own [expect] table declares."""
    told = source.expect
    ranges = {"pages": told.pages, "articles": told.articles, "article_share": told.article_share,
              "mentions_per_article": told.mentions_per_article, "dated_share": told.dated_share,
              "characters": told.characters}
    return tuple(
        BatchRule(f"expect_{figure}", figure, span, f"{source.source_id}.toml expects {figure} {span}",
                  f"look at the source, or mend its [expect] {figure}", when={"pages": 1}, stops=told.stops)
        for figure, span in ranges.items() if span != Range())


def judge_rows(frame: pd.DataFrame, table: str, key: str, rules: Sequence[RowRule] = ROW_RULES) -> tuple[BrokenRow, ...]:
    """The rows of a frame that break a rule; a row may break several. `key` is the column that names a row.

    Raises AuditError when there is no rule for the table or a rule cannot be judged: an audit that did not happen
    must not look like one that passed.
    """
    chosen = [rule for rule in rules if rule.table == table]
    if not chosen:
        raise AuditError(f"there is no row rule for {table}; a suite without rules passes everything")
    if not len(frame):
        return ()
    broken: list[BrokenRow] = []
    for rule, result in zip(chosen, _judged(frame, f"{table}_rows", key, [(r.name, r.expectation, r.arguments) for r in chosen]),
                            strict=True):
        told = result.get("unexpected_index_list") or []
        columns = [rule.shows] if rule.shows else [value for name, value in rule.arguments.items() if name.startswith("column")]
        values = frame.set_index(key).loc[[each[key] for each in told], columns] if told else None
        if values is not None:
            broken += [BrokenRow(str(row[0]), rule.name, ", ".join(
                f"{column} = {value}" for column, value in zip(columns, row[1:], strict=True))[:300])
                for row in values.itertuples()]
    return tuple(broken)


def judge_batch(figures: Mapping[str, float | None], rules: Sequence[BatchRule]) -> tuple[BrokenBatch, ...]:
    """The batch rules that a batch's figures break; a figure that is None or below a rule's `when` is not judged.

    Raises AuditError when there are no rules or one cannot be judged.
    """
    import pandas as pd

    if not rules:
        raise AuditError("there is no batch rule; a suite without rules passes everything")
    applying = [rule for rule in rules if figures.get(rule.figure) is not None
                and all((figures.get(name) or 0) >= least for name, least in rule.when.items())]
    if not applying:
        return ()
    frame = pd.DataFrame([{"batch": "batch", **{name: value for name, value in figures.items() if value is not None}}])
    asked = [(rule.name, "ExpectColumnValuesToBeBetween", _between(rule.figure, rule.range.low, rule.range.high))
             for rule in applying]
    return tuple(
        BrokenBatch(rule.name, f"{rule.explains}; it is {figures[rule.figure]:.4g}, expected {rule.range}: {rule.cure}", rule.stops)
        for rule, result in zip(applying, _judged(frame, "batch", "batch", asked), strict=True)
        if result.get("unexpected_count"))


def write_data_docs(frames: Mapping[str, tuple[pd.DataFrame, str]], folder: Path) -> Path:
    """Great Expectations' own HTML pages of the row rules judged over whole tables; returns the page to open.

    `frames` gives for each table its judged frame and key column.
    """
    context = _context()
    gx = _great_expectations()
    site = {"class_name": "SiteBuilder", "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve())}}
    context.add_data_docs_site(site_name="dateline", site_config=site)
    for table, (frame, key) in frames.items():
        definition = context.data_sources.add_pandas(table).add_dataframe_asset(table).add_batch_definition_whole_dataframe("all")
        suite = context.suites.add(_suite(gx, table, [(r.name, r.expectation, r.arguments) for r in ROW_RULES if r.table == table]))
        validation = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=definition, suite=suite))
        checkpoint = gx.Checkpoint(name=table, validation_definitions=[validation],
                                   actions=[gx.checkpoint.UpdateDataDocsAction(name="docs")],
                                   result_format={"result_format": "SUMMARY", "unexpected_index_column_names": [key]})
        context.checkpoints.add(checkpoint).run(batch_parameters={"dataframe": frame})
    return folder / "index.html"


def _great_expectations() -> Any:
    # its analytics are switched off before the import: the product calls nobody but its sources
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    return gx


def _context() -> Any:
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context


def _suite(gx: Any, name: str, asked: Sequence[tuple[str, str, Mapping[str, Any]]]) -> Any:
    return gx.ExpectationSuite(name=name, expectations=[
        getattr(gx.expectations, expectation)(**arguments, meta={"rule": rule}) for rule, expectation, arguments in asked])


def _judged(frame: pd.DataFrame, name: str, key: str, asked: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """One result a rule, in the order asked."""
    gx = _great_expectations()
    batch = (_context().data_sources.add_pandas(name).add_dataframe_asset(name)
             .add_batch_definition_whole_dataframe("all").get_batch(batch_parameters={"dataframe": frame}))
    report = batch.validate(_suite(gx, name, asked),
                            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [key]})
    results: dict[str, dict[str, Any]] = {}
    for each in report.results:
        rule = each.expectation_config.meta["rule"]
        failed = (each.exception_info or {}).get("raised_exception") or any(
            isinstance(inner, dict) and inner.get("raised_exception") for inner in (each.exception_info or {}).values())
        if failed:
            raise AuditError(f"rule {rule} could not be judged: {str(each.exception_info)[:300]}; mend schemas/expectations.py")
        results[rule] = dict(each.result)
    missing = [rule for rule, _, _ in asked if rule not in results]
    if missing:
        raise AuditError(f"rules {', '.join(missing)} were not judged; mend schemas/expectations.py")
    return [results[rule] for rule, _, _ in asked]
