"""What all tests share: the gazetteer, built once per version and machine, and small sites of pages."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PAGES = {
    "raid.html": """<html lang="en"><head><title>Police raid two houses in Pristina</title>
<meta property="article:published_time" content="2023-09-26T08:00:00+02:00"></head><body><article>
<h1>Police raid two houses in Pristina</h1>
<p>PRISTINA, September 26 - Kosovo police raided two houses in Pristina on Sunday and arrested three men, the interior ministry said on Tuesday.</p>
<p>The men are suspected of an attack on a patrol in May. A court in Pristina will decide on Friday whether they stay in custody.</p>
<p>Serbia condemned the arrests on Monday. The European Union urged both governments to return to their talks in Brussels.</p>
</article></body></html>""",
    "flood.html": """<html lang="en"><head><title>Army evacuates villages after the flood</title>
<meta property="article:published_time" content="2023-09-27T10:00:00+02:00"></head><body><article>
<h1>Army evacuates villages after the flood</h1>
<p>The Romanian army evacuated hundreds of people from villages near Galati on Monday after heavy rain, officials said on Wednesday.</p>
<p>Romania asked the European Union for help on Tuesday. Hungary sent two helicopters the same day, according to the government in Budapest.</p>
<p>In 2005 floods killed dozens of people in the same county. The government promised new dams at that time.</p>
</article></body></html>""",
    "talks.txt": """Ministers meet in Ankara

ANKARA, 28 September 2023 - The foreign ministers of Turkey and Greece met in Ankara on Thursday and agreed to open a new border crossing next year.

Turkey rejected a Greek request to withdraw its ships in August. Greece accused Turkey last week of violating its airspace.
""",
}


@pytest.fixture(scope="session")
def gazetteer() -> Path:
    """The gazetteer file of the installed version, kept below the system's temporary folder for the next test run."""
    from flows.night import ensure_gazetteer

    folder = Path(tempfile.gettempdir()) / f"dateline-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)      # test processes side by side build it once
        return ensure_gazetteer(folder)


@pytest.fixture
def data(tmp_path: Path, gazetteer: Path) -> Path:
    """An empty data folder that has its gazetteer already."""
    folder = tmp_path / "data"
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / gazetteer.name).symlink_to(gazetteer)
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder source of small pages; returns the folder of source files."""
    def made(name: str = "tiny", pages: dict[str, str] | None = None, extra: str = "") -> Path:
        folder = tmp_path / "sources"
        (folder / name).mkdir(parents=True)
        for page, text in (PAGES if pages is None else pages).items():
            (folder / name / page).write_text(text, encoding="utf-8")
        (folder / f"{name}.toml").write_text(
            f'name = "Tiny"\nkind = "folder"\nlocation = "{name}"\nlanguage = "en"\ncountry = "XK"\n'
            f'timezone = "Europe/Belgrade"\n{extra}', encoding="utf-8")
        return folder
    return made
