"""Reads one noun phrase: which country, group and role its words name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from transforms.actors.code import join_code, parts_of
from transforms.actors.names import fold
from transforms.actors.scan import Match, Scan
from transforms.actors.tables import ActorTables, Office, Organisation, Role

_LINKS = frozenset({"and", "or", ",", "-", "–", "/", "&", "the", "both", "then"})
_OF = frozenset({"of", "for"})
_IN = frozenset({"in", "at", "from", "near", "inside", "across", "throughout", "within"})
_BESIDE = frozenset({"to", "with", "on", "against", "under", "by", "about", "over"})    # ambassador to X: not X's
_QUOTES = frozenset({'"', "“", "``"})                # what is quoted behind: the author of "Defying ISIS"
_OF_OFFICE = frozenset({"former", "then", "outgoing", "incumbent", "new", "sitting", "late", "current"})
_POSSESSIVE = frozenset({"'s", "’s", "'", "’"})
_OWN_ROLE = frozenset({"IGO", "NGO"})                # kinds whose code takes a role behind it (IGOUNOMIL)
_OWNERS = frozenset({"COP", "MIL", "GOV", "REB", "INS", "SEP", "UAF", "LEG", "JUD", "OPP", "SPY"})
_LEAVES_OFFICE = frozenset({"GOV", "LEG", "JUD"})
_MINISTRIES = frozenset({"ministry", "ministries", "department", "departments", "directorate", "treasury", "bureau"})
_NATIONAL = frozenset({"party", "parliament", "ministry", "agency", "military", "court", "seat", "union", "movement", "council"})


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Whom a word says that somebody belongs to."""

    country: str = ""
    form: str = ""
    ethnic: str = ""
    religion: str = ""
    organisation: Organisation | None = None
    is_plural: bool = False
    people: str = ""                 # the ethnic code that a nationality word could also be
    owns: bool = False               # the country stands before the organisation as its owner: "Chad's UN ambassador"


@dataclass(frozen=True, slots=True)
class Description:
    """What a noun phrase says of one actor; `country` may still be filled from the article's context."""

    country: str = ""
    types: tuple[str, ...] = ()
    ethnic: str = ""
    religion: str = ""
    code: str = ""                   # an organisation's or person's whole code; wins over the parts
    name: str = ""
    basis: str = ""
    refers: str = ""                 # the role's word, for "the president" later on
    kind: str = ""                   # person, group, place, thing, country
    is_person_name: bool = False
    names_country: bool = False      # the phrase itself names the country

    @property
    def full_code(self) -> str:
        return self.code or join_code(self.country, self.types, self.ethnic, self.religion)


def office_of(offices: tuple[Office, ...], on: date | None) -> tuple[Office, bool, bool]:
    """The term that holds on a day (or the last one): the office, whether it holds, whether it is over."""
    if on is None:
        return offices[-1], True, False
    for office in offices:
        if office.since <= on <= office.until:
            return office, True, False
    past = [office for office in offices if office.until < on]
    # afterwards somebody is known for the country, not for the international post
    own = [office for office in past if not office.code.startswith("IGO")] or past
    return (max(own, key=lambda office: office.until), False, True) if own else (offices[0], False, False)


def describe_office(offices: tuple[Office, ...], on: date | None, countries: frozenset[str]) -> Description:
    """A known person on a day: in office the office's code, afterwards the country's elite, before only the country."""
    office, holds, is_over = office_of(offices, on)
    country = office.code[:3] if office.code[:3] in countries else ""
    elite = "ELI" if is_over else ""
    code = office.code if holds else "" if country else elite
    types = (elite,) if elite and country else ()
    return Description(country, types, code=code, name=office.name, basis="name", kind="person", is_person_name=True, names_country=True)


class PhraseReader:
    """Describes stretches of one scanned chunk. The rules are those of CAMEO 1.1b3, chapter 3: country before role,
    the surest role of the phrase before the weaker ones, an organisation's own code before both."""

    def __init__(self, scanned: Scan, tables: ActorTables) -> None:
        self.scan = scanned
        self.tables = tables
        self.low = scanned.low

    def belongs(self, match: Match) -> bool:
        """False for the X of anti-X, of X-backed and of "X analyst": such words say against, beside or at whom, not who."""
        start, end, low, effects = match.start, match.end, self.low, self.tables.modifiers
        if start >= 2 and low[start - 1] in "-‐–" and effects.get(low[start - 2]) == "against":
            return False
        if start >= 1 and effects.get(low[start - 1]) == "against":
            return False
        if end + 1 < len(low) and low[end] in "-‐–":
            return effects.get(low[end + 1]) != "foreign" or (low[end + 1] == "based" and self._is_firm_next(end + 2))
        is_looked_at = end < len(low) and match.entry.form in ("name", "region") and effects.get(low[end]) == "onlooker"
        return not is_looked_at or self.scan.texts[end - 1].isupper()        # US analysts are America's

    def _is_firm_next(self, at: int) -> bool:
        """A Texas-based firm is American; a London-based group may be of anywhere."""
        match = next((match for match in self.scan.cover[at:at + 3] if match is not None), None)
        return match is not None and match.entry.role is not None and match.entry.role.types[:1] in (("BUS",), ("MNC",))

    def is_ethnic(self, match: Match) -> bool:
        """Ethnic Albanians are not Albania's, nor are local Serbs Serbia's."""
        return bool(match.entry.ethnic) and match.start >= 1 and self.low[match.start - 1] in ("ethnic", "minority", "local")

    def is_former(self, start: int, end: int) -> bool:
        return any(self.tables.modifiers.get(word) == "former" for word in self.low[max(start, 0):end])

    def is_company(self, named: Match) -> bool:
        """A name that ends in Inc. or Ltd. says what it is."""
        return named.end - named.start > 1 and self.tables.modifiers.get(fold(self.low[named.end - 1]).rstrip(".")) == "company"

    def is_paper(self, named: Match) -> bool:
        """A name that ends in Times or Tribune is a newspaper's; what stands before it may be a place that is known."""
        before = self.scan.cover[named.start - 1] if named.start else None
        is_long = named.end - named.start > 1 or (before is not None and bool(before.entry.country))
        return is_long and self.tables.modifiers.get(self.low[named.end - 1]) == "paper"

    def is_ministry(self, roles: list[Match]) -> bool:
        """Whether the last role of a phrase is a ministry, whatever it is for: the Ministry of Refugees, the industry ministry."""
        return bool(roles) and self.low[roles[-1].end - 1] in _MINISTRIES

    def read(self, start: int, end: int, head: int, on: date | None) -> list[Description]:
        """One description per affiliation that the phrase coordinates ("Hungarian and Romanian officials": two)."""
        segments: dict[str, list[Match]] = {"": [], "of": [], "in": []}
        where, at, cover, low = "", start, self.scan.cover, self.low
        while at < end:
            match = cover[at]
            if match is not None and match.start >= start:
                segments[where].append(match)
                at = match.end
                continue
            word = low[at]
            if ((word in _BESIDE or word in _QUOTES) and at > head) or (word == "for" and is_envoy(segments[""])):
                break
            if word in _OF:
                where = "of" if where != "in" else "in"
            elif word in _IN and at > head:
                where = "in"
            at += 1
        before = segments[""]
        named = next((match for match in before if match.start <= head < match.end and (match.is_name or match.entry.offices)), None)
        if named is None and before and before[-1].is_name and before[-1].end >= head:
            named = before[-1]
        roles = [match for match in before if match.entry.role and not self._is_name_of_body(match)
                 and (self.low[match.end:match.end + 1] != ("-",) or self.belongs(match))]
        groups = self._affiliations(before)
        head_match = cover[head]
        after_roles: list[Match] = []
        if segments["of"] and (roles or not groups):
            after_roles = [match for match in segments["of"] if match.entry.role]
            groups = groups or self._affiliations(segments["of"])
            inner = [match.entry.role for match in after_roles if match.entry.role]
            outer = max((match.entry.role.rank for match in roles if match.entry.role), default=0)
            is_kin = bool(roles) and roles[-1].entry.role is not None and roles[-1].entry.role.refers == "victims"
            if is_kin or self.is_ministry(roles) or not any(role.rank > max(outer, 0) and outer < 5 for role in inner):
                after_roles = []                     # a ministry of industry is no company, a killer's brother no killer
        is_owned = bool(groups)
        if not groups and segments["in"] and roles:
            groups = [group for group in self._affiliations(segments["in"]) if group.country][:1]
        after_bodies = [match for match in segments["of"] if match.entry.role and match.entry.role.kind == "group"
                        and match.entry.role.rank == 0 and not match.entry.role.types and match.entry.role.refers != "country"]
        groups = self._people_of(groups, segments["of"])
        role_matches = [*(roles[-1:] if self.is_ministry(roles) else roles), *after_roles]
        former = bool(role_matches) and self.is_former(start, max(match.end for match in roles) if roles else head)
        role = self._best_role(role_matches)
        head_token = self.scan.doc[head]
        if role and head_match is None and head_token.pos_ == "NOUN" and not set(role.types) & _OWNERS:
            role = None                              # a press conference is not the press; rebel positions are the rebels'
        strange = any(match.is_name and match is not named and not match.entry.offices for match in before)
        if role and role.types == ("GOV",) and role.refers in ("president", "leader", "official") and after_bodies:
            role = replace(role, types=())           # the president of an association heads no state
        if role and role.types == ("GOV",) and not is_owned and not named and self._is_firms(role, roles, segments["of"]):
            role = replace(role, types=("BUS",), refers="company")
        if role and strange and role.types == ("GOV",) and not groups and (role.rank == 1 or role.refers == "president"):
            role = replace(role, types=())           # the spokesman of somebody unknown is not a government's
        is_plural = bool(head_match and head_match.entry.is_plural)
        is_whole = head_match is not None and bool(head_match.entry.country)
        return [self._compose(group, role, former, named, is_plural, is_whole, on) for group in groups or [Affiliation()]]

    def _is_firms(self, role: Role, roles: list[Match], after: list[Match]) -> bool:
        """A president of a body that nobody knows, a vice president of sales: a state has one, and says which."""
        if role.refers not in ("president", "vice president") or not roles:
            return False
        if any(match.is_name and not match.entry.offices and self.scan.doc[match.end - 1].ent_type_ == "ORG" for match in after):
            return True
        at = before_at = roles[-1].start
        while before_at and self.low[before_at - 1] in _OF_OFFICE:
            before_at -= 1
        before = self.low[before_at - 1] if before_at else ""
        is_bare = self.scan.texts[at].islower() and before not in ("the", "his", "her", "their", "its", "our")
        return role.refers == "vice president" and is_bare

    def _people_of(self, groups: list[Affiliation], after: list[Match]) -> list[Affiliation]:
        """Albanians of southern Serbia: a people that is named with another country is an ethnic group there."""
        if len(groups) != 1 or groups[0].form != "people":
            return groups
        match = next((match for match in after if match.entry.country and match.entry.form in ("name", "region")), None)
        if match is None or match.entry.country == groups[0].country:
            return groups
        return [replace(groups[0], country=match.entry.country, ethnic=groups[0].people, form="ethnic")]

    def _is_name_of_body(self, match: Match) -> bool:
        return match.entry.organisation is not None and not self._others_give_country(match)

    def _others_give_country(self, match: Match) -> bool:
        """Another word of the phrase gives the country: Kenya's Liberal Democratic Party is not Japan's."""
        cover, at = self.scan.cover, match.start - 1
        while at >= 0 and (self.low[at] in ("'s", "’s", "'", "’", "-") or cover[at] is not None) and match.start - at < 5:
            other = cover[at]
            if other is not None and other.entry.country and other is not match and self.belongs(other):
                return other.entry.country != (match.entry.organisation.code[:3] if match.entry.organisation else "")
            at -= 1
        return False

    def _affiliations(self, matches: list[Match]) -> list[Affiliation]:
        found: list[tuple[Match, Affiliation]] = []
        for match in matches:
            entry = match.entry
            if not self.belongs(match):
                continue
            if entry.organisation and not (entry.organisation.kind in _NATIONAL and entry.role and self._others_give_country(match)):
                foreign = entry.organisation.kind in _NATIONAL and self._others_give_country(match)
                if not foreign:
                    found.append((match, Affiliation(organisation=entry.organisation)))
                    continue
            if entry.country:
                if self.is_ethnic(match):
                    found.append((match, Affiliation(ethnic=entry.ethnic, is_plural=entry.is_plural)))
                else:
                    people = entry.ethnic if entry.form != "name" else ""
                    found.append((match, Affiliation(country=entry.country, form=entry.form, is_plural=entry.is_plural, people=people)))
            elif entry.ethnic:
                found.append((match, Affiliation(country=entry.home, ethnic=entry.ethnic, form="ethnic", is_plural=entry.is_plural)))
            elif entry.religion:
                found.append((match, Affiliation(religion=entry.religion, is_plural=entry.is_plural)))
        if not found:
            return []
        runs: list[list[tuple[Match, Affiliation]]] = [[found[0]]]
        for item in found[1:]:
            gap = self.low[runs[-1][-1][0].end:item[0].start]
            if gap and all(word in _LINKS for word in gap):
                runs.append([item])
            else:
                runs[-1].append(item)
        return [self._join(run) for run in runs]

    def _join(self, run: list[tuple[Match, Affiliation]]) -> Affiliation:
        """Adjacent words tell of one actor: Bosnian Serb is a country and a people; Iraq's Shiite a country and a faith."""
        affiliations = [affiliation for _, affiliation in run]
        organisation = next((a.organisation for a in reversed(affiliations) if a.organisation), None)
        religion = next((a.religion for a in affiliations if a.religion), "")
        countries = [a for a in affiliations if a.country]
        last = affiliations[-1]
        if len(countries) >= 2 and (countries[-1].people or countries[-1].ethnic) and countries[0].country != countries[-1].country:
            country, form, ethnic = countries[0].country, countries[0].form, countries[-1].people or countries[-1].ethnic
        elif countries:
            chosen = countries[0] if countries[0].form in ("name", "capital") and len(countries) > 1 else countries[-1]
            country, form = chosen.country, chosen.form
            ethnic = next((a.ethnic for a in affiliations if a.ethnic), "")
        else:
            country, form, ethnic = "", "", next((a.ethnic for a in affiliations if a.ethnic), "")
        owns = organisation is not None and bool(affiliations[0].country) and self.low[run[0][0].end] in _POSSESSIVE
        return Affiliation(country, form, ethnic, religion, organisation, last.is_plural, last.people, owns)

    @staticmethod
    def _best_role(matches: list[Match]) -> Role | None:
        best: Role | None = None
        for match in matches:
            role = match.entry.role
            if role is not None and (best is None or role.rank >= best.rank):
                best = role
        return best

    def _compose(self, group: Affiliation, role: Role | None, former: bool, named: Match | None,
                 is_plural: bool, is_whole: bool, on: date | None) -> Description:
        types = role.types if role else ()
        rank = role.rank if role else -1
        kind = role.kind if role else ""
        if role and rank == 1 and not group.organisation and (group.form == "ethnic" or (not group.country and (group.ethnic or group.religion))):
            types = ("ELI",) if types == ("GOV",) else ("REB",) if types == ("MIL",) else types
        if former and types and types[0] in _LEAVES_OFFICE:
            types = ("ELI",)
        name = self.scan.words(named.start, named.end) if named else ""
        organisation = group.organisation
        if group.owns and role and role.refers == "envoy":
            organisation = None                      # Chad's UN ambassador speaks for Chad
        person: Description | None = None
        if named and named.entry.offices:
            person = describe_office(named.entry.offices, on, self.tables.countries)
            name = person.name
        if organisation:
            code = organisation.code
            own = [part for part in types if part != "IGO" and part not in code]
            if parts_of(code)[0] in _OWN_ROLE and rank >= 3 and own:
                code += own[0]
            if group.country and parts_of(code)[0] == "NGO":
                code = group.country + code
            country = code[:3] if code[:3] in self.tables.countries else group.country
            return Description(country=country, code=code, types=types, name=name or organisation.name, basis="organisation",
                               refers=role.refers if role else organisation.kind, kind=kind or "group",
                               is_person_name=bool(named), names_country=True)
        if person and not types and group.country in ("", person.country):
            return person                            # North Korea's Kim is who he is without it
        if person and not group.country:
            return replace(person, code=person.code if person.code[3:] == "".join(types) else "", types=types or person.types,
                           refers=role.refers if role else "", basis="title")
        if named and not role and self.is_company(named):
            return Description(country=group.country, types=("BUS",), name=name, kind="group", basis="role", refers="company",
                               names_country=bool(group.country))
        if named and not role and self.is_paper(named):
            return Description(country=group.country, types=("MED",), name=name, kind="group", basis="role", refers="media",
                               names_country=bool(group.country))
        if named and not role and not group.country and not group.ethnic:
            return Description(name=name, kind="person", is_person_name=True, basis="unknown")
        country, form = group.country, group.form
        if not role and form == "capital" and is_whole:
            types = ("GOV",)
        if role and types[:1] == ("IGO",) and country:
            types = types[1:]                        # French peacekeepers are France's soldiers
        if not role and not named and form in ("people", "ethnic", "adjective", "") and group.is_plural:
            types = ("CVL",)
        if not role and ((group.ethnic and not country) or group.religion) and not types:
            types = ("CVL",)
        basis = ("title" if named else "role") if role else {"capital": "metonym", "name": "name", "region": "name"}.get(form, "demonym" if form or group.ethnic or group.religion else "")
        is_country = not role and not named and form in ("name", "capital", "region")
        return Description(country=country, types=types, ethnic=group.ethnic,
                           religion=group.religion, name=name, basis=basis, refers=role.refers if role else "country" if is_country else "",
                           kind=kind or ("country" if is_country else "person" if named else "group"),
                           is_person_name=bool(named), names_country=bool(country))


def is_envoy(matches: list[Match]) -> bool:
    """An envoy for a country speaks to it, not for it."""
    return any(match.entry.role is not None and match.entry.role.refers == "envoy" for match in matches)
