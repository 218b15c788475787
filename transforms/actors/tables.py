"""The actor lexicons as one index: from the words of a name to everything that it may mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from transforms.actors.code import parts_of
from transforms.actors.names import fold, keys_of, pieces, plural
from transforms.lexicons.tables import LexiconError, read_table


@dataclass(frozen=True, slots=True)
class CountryRow:
    code: str
    iso2: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]
    capitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionRow:
    code: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EthnicRow:
    code: str
    country: str
    adjectives: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReligionRow:
    code: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """`rank`: 0 says nothing of itself (group), 1 a weak default (official), 2 an office of state, 4 sure, 5 final."""

    words: tuple[str, ...]
    types: str
    kind: str
    rank: int
    refers: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """`since` and `until` are days, months or years (ISO 8601); no `until`: still in office when the row was written."""

    name: str
    aliases: tuple[str, ...]
    code: str
    since: str
    until: str
    is_known_by_surname: bool


@dataclass(frozen=True, slots=True)
class ModifierRow:
    """What a small word does beside a name: former (out of office), against (anti-X is not X), foreign (X-backed
    is not X), compound (X-led is X), calendar (no name), particle (inside names), honorific (before names),
    adjective (no role where it is one: a major project), opening (no role in front of a name: Union Station), shared
    (a town's name in America or Australia as well), abroad (not the story's own country: foreign troops), paper (a
    name that ends so is a newspaper or station), document and thing (what ends so is nobody: laws, awards, flights),
    onlooker (a China analyst is not China's), caption (stands before a name under a picture), venue (a place beside it only
    gave it its name: Cafe Berlin)."""

    words: tuple[str, ...]
    effect: str


@dataclass(frozen=True, slots=True)
class GivenNameRow:
    gender: str                      # f or m
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    types: tuple[str, ...]
    kind: str
    rank: int
    refers: str


@dataclass(frozen=True, slots=True)
class Organisation:
    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Office:
    """A term of a person: code and the days `[since, until]`."""

    name: str
    code: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Entry:
    """All that a string of words may mean; empty fields are meanings that it has not."""

    country: str = ""
    form: str = ""                   # of the country: name, adjective, people, capital, region
    organisation: Organisation | None = None
    role: Role | None = None
    is_plural: bool = False
    ethnic: str = ""
    home: str = ""                   # country that an ethnic group mostly lives in, if one
    religion: str = ""
    offices: tuple[Office, ...] = ()
    exact: str = ""                  # an acronym counts only in these letters: WHO is not who

    @property
    def common(self) -> Entry | None:
        """What is left of it in small letters: a role, or nothing."""
        is_role_only = not (self.country or self.organisation or self.ethnic or self.religion or self.offices)
        return None if self.role is None else self if is_role_only else Entry(role=self.role, is_plural=self.is_plural)


@dataclass(frozen=True, slots=True)
class ActorTables:
    """The loaded lexicons. `index` finds the entries whose first word is the key, longest first."""

    index: dict[str, tuple[tuple[tuple[str, ...], Entry], ...]]
    surnames: dict[str, tuple[Office, ...]]          # by transliteration key of the surname alone
    people: dict[str, tuple[tuple[tuple[str, ...], tuple[Office, ...]], ...]]    # full names by their first word's key
    iso2: dict[str, str]                             # CAMEO country to ISO 3166-1 alpha-2
    modifiers: dict[str, str]                        # folded word to effect
    genders: dict[str, str]                          # folded first name to f or m
    countries: frozenset[str] = field(default=frozenset())

    def country_iso2(self, cameo: str) -> str:
        """ISO 3166-1 alpha-2 of a CAMEO country code (KSV is XK); "" for regions and unknown codes."""
        return self.iso2.get(cameo, "")

    def country_cameo(self, iso2: str) -> str:
        """CAMEO country code of an ISO 3166-1 alpha-2 code; "" when there is none."""
        return next((code for code, two in self.iso2.items() if two == iso2.upper()), "") if iso2 else ""


def _day(text: str, is_end: bool) -> date:
    """First or last day of an ISO date of any length; the far past or future for no date."""
    if not text:
        return date.max if is_end else date.min
    numbers = [int(part) for part in text.split("-")]
    if len(numbers) == 3:
        return date(*numbers)
    if not is_end:
        return date(numbers[0], numbers[1] if len(numbers) > 1 else 1, 1)
    year, month = (numbers[0], numbers[1]) if len(numbers) > 1 else (numbers[0], 12)
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)


class _Index:
    """Collects entries under their words; a meaning that is given twice differently is an error."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, ...], Entry] = {}

    def add(self, words: str, table: str, **meaning: object) -> None:
        key = pieces(words)
        if not key:
            raise LexiconError(f"actors/{table}.csv: {words!r} has no letters; remove it")
        old = self.entries.get(key, Entry())
        if isinstance(new := meaning.get("organisation"), Organisation) and old.organisation and old.organisation.code == new.code:
            return                           # other letters for the same words: Nato and NATO
        for name, value in meaning.items():
            if name in ("organisation", "role", "ethnic", "religion") and getattr(old, name) not in ("", None, value):
                raise LexiconError(f"actors/{table}.csv: {words!r} stands already as {getattr(old, name)}; keep one")
        if old.country and "country" in meaning:
            if old.country == meaning["country"]:
                return                   # the first form stays: Kosovo is a name before it is an adjective
            if table == "countries":
                raise LexiconError(f"actors/{table}.csv: {words!r} is {old.country} and {meaning['country']}; keep one")
            return                       # a region never hides a country
        self.entries[key] = replace(old, **meaning)  # type: ignore[arg-type]


def _acronym(words: str) -> str:
    """The words themselves when all their letters are capitals: such a name counts in these letters only."""
    plain = words.replace(".", "")
    return plain if plain.isupper() and len(plain) <= 6 and " " not in plain else ""


def _plurals(words: Iterable[str]) -> Iterable[tuple[str, bool]]:
    for word in words:
        yield word, False
        if not word.endswith(("ese", "Swiss", "ish", "men")):
            yield plural(word), True


def open_actors() -> ActorTables:
    """Load the lexicons of `lexicons/actors/` into one index (about 0.2 s; do it once).

    Raises LexiconError for a table that is malformed or says two things of one name.
    """
    index = _Index()
    iso2: dict[str, str] = {}
    for row in read_table("actors/countries", CountryRow, key=("code",)):
        iso2[row.code] = row.iso2
        for form, words in (("name", row.names), ("adjective", row.adjectives), ("capital", row.capitals)):
            for word in words:
                index.add(word, "countries", country=row.code, form=form, exact=_acronym(word))
        for word, is_plural in _plurals(row.people):
            index.add(word, "countries", country=row.code, form="people", is_plural=is_plural)
    for region in read_table("actors/regions", RegionRow):
        for form, words in (("region", region.names), ("adjective", region.adjectives)):
            for word in words:
                index.add(word, "regions", country=region.code, form=form)
        for word, is_plural in _plurals(region.people):
            index.add(word, "regions", country=region.code, form="people", is_plural=is_plural)
    for group in read_table("actors/ethnic", EthnicRow, key=("code",)):
        for word in group.adjectives:
            index.add(word, "ethnic", ethnic=group.code, home=group.country)
        for word, is_plural in _plurals(group.people):
            index.add(word, "ethnic", ethnic=group.code, home=group.country, **({"is_plural": True} if is_plural else {}))
    for faith in read_table("actors/religions", ReligionRow, key=("code",)):
        for word, is_plural in _plurals(faith.words):
            index.add(word, "religions", religion=faith.code, **({"is_plural": True} if is_plural else {}))
    for role_row in read_table("actors/roles", RoleRow):
        role = Role(parts_of(role_row.types), role_row.kind, role_row.rank, role_row.refers)
        for word, is_plural in _plurals(role_row.words):
            key = pieces(word)
            if is_plural and key in index.entries and index.entries[key].role:
                continue                 # "forces" is listed itself; it is not the plural of another role
            index.add(word, "roles", role=role, **({"is_plural": True} if is_plural else {}))
    for org_row in read_table("actors/organisations", OrganisationRow):
        for word in (org_row.name, *org_row.aliases):
            index.add(word, "organisations", organisation=Organisation(org_row.code, word, org_row.kind), exact=_acronym(word))
    surnames: dict[str, tuple[Office, ...]] = {}
    full_names: dict[tuple[str, ...], tuple[Office, ...]] = {}
    for leader in read_table("actors/leaders", LeaderRow, key=("name", "code", "since")):
        office = Office(leader.name, leader.code, _day(leader.since, False), _day(leader.until, True))
        for alias in (leader.name, *leader.aliases):
            keys = keys_of(alias)
            full_names[keys] = (*full_names.get(keys, ()), office)
        if leader.is_known_by_surname:
            surname = "".join(keys_of(leader.name.split()[-1]))
            surnames[surname] = (*surnames.get(surname, ()), office)
    modifiers = {fold(word): row.effect for row in read_table("actors/modifiers", ModifierRow) for word in row.words}
    by_first_key: dict[str, list[tuple[tuple[str, ...], tuple[Office, ...]]]] = {}
    for keys, offices in full_names.items():
        by_first_key.setdefault(keys[0], []).append((keys, offices))
    by_first: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    for words_key, entry in index.entries.items():
        by_first.setdefault(words_key[0], []).append((words_key, entry))
    return ActorTables(
        {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first.items()},
        surnames,
        {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in by_first_key.items()},
        iso2, modifiers,
        {fold(name): row.gender for row in read_table("actors/given_names", GivenNameRow) for name in row.names},
        frozenset(iso2),
    )
