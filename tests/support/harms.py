"""Backups and kept pages harmed at random places, as a disk or a hand may: each harm is seen before it does more."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from typing import Any, Final, Literal

from bson.binary import Binary

from tests.support.crawling import scrapy
from tests.support.damaging import HARMS, Documents
from tests.support.faults import ARTICLES, Ground

Place = Literal["backup", "page"]

SWAP: Final = "swap"
FLIP: Final = "flip"
HOW: Final = (FLIP, SWAP, *(name for name in HARMS if "flipped" not in name))
"""How a file or a body is harmed: one bit of it, its place with another one's, or as `HARMS` tells."""


@dataclass(frozen=True, slots=True)
class Harm:
    """One harm.

    Attributes:
        place: What is harmed: a file of a backup, or the body of a kept page.
        how: A name of `HOW`.
        seed: Which file, page and bit.
    """

    place: Place
    how: str
    seed: int

    def __str__(self) -> str:
        return f"{self.place} {self.how} {self.seed}"

    def of(self, contents: dict[str, bytes]) -> dict[str, bytes]:
        """Return those of some contents that are harmed, by name, as they become."""
        chance = random.Random(self.seed)
        name, other = chance.sample(sorted(contents), 2)
        if self.how == SWAP:
            return {name: contents[other], other: contents[name]} if contents[name] != contents[other] else {}
        whole = contents[name]
        if self.how == FLIP:
            place, bit = chance.randrange(len(whole)), chance.randrange(8)
            return {name: whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]}
        return {name: HARMS[self.how](whole)}


def suffer(ground: Ground, harm: Harm) -> None:
    """Do a harm, and see that the commands name it, and take nothing harmed for whole."""
    (_of_backup if harm.place == "backup" else _of_page)(ground, harm)


def _of_backup(ground: Ground, harm: Harm) -> None:
    with ground.empty() as target, ground.folder() as place:
        shutil.copytree(ground.backup(), place / "backup")
        contents = {path.name: path.read_bytes() for path in (place / "backup").iterdir()}
        harmed = harm.of(contents)
        for name, content in harmed.items():
            (place / "backup" / name).write_bytes(content)
        for words in (("backup", "--verify"), ("restore",)):
            ran = scrapy(*words, str(place / "backup"), environ=ground.environ(place, target.name))
            if not harmed:  # two files of the same content changed places
                assert ran.status == 0, f"{harm}: {words}: {ran.log}"
                continue
            assert ran.status in {2, 5}, f"{harm}: {words} ended with {ran.status}"
            assert (ran.log[:7], ran.log.count("\n")) == ("error: ", 1), f"{harm}: {ran.log}"
            assert target.list_collection_names() == [], f"{harm}: something was written"


def _of_page(ground: Ground, harm: Harm) -> None:
    with ground.filled() as source, ground.folder() as place:
        environ = ground.environ(place, source.name)
        harmed = harm.of({page["_id"]: bytes(page["body"]) for page in source["pages"].find()})
        _put(source, harmed)
        for words in (("pages", "--verify", "--rate", "0"), ("warc", "-o", str(place / "pages.warc"))):
            ran = scrapy(*words, environ=environ)
            named = {line.split(": ")[1] for line in ran.log.splitlines() if line.startswith("damaged: ")}
            assert (ran.status, named) == (7, set(harmed)), f"{harm}: {words}: {ran.status} {ran.log}"
        records = (place / "pages.warc").read_bytes().count(b"WARC-Type: response")
        assert records == ARTICLES - len(harmed), f"{harm}: {records} records"
        keys = [page.partition("@")[0] for page in harmed]
        due = source["frontier"].count_documents({"_id": {"$in": keys}, "next_at": {"$ne": None}})
        assert due == source["frontier"].count_documents({"_id": {"$in": keys}}), f"{harm}: it is not fetched again"


def _put(source: Documents, bodies: dict[str, bytes]) -> None:
    for page, body in bodies.items():
        change: dict[str, Any] = {"$set": {"body": Binary(body)}}
        source["pages"].update_one({"_id": page}, change, bypass_document_validation=True)
