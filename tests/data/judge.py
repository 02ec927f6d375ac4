#!/usr/bin/env python3
"""Judges what a built site publishes as data, with validators that are not Brink's own.

    judge.py [--content DIR] [--without KIND]… SITE_FOLDER…

Reads data/ (CSV, HXL, JSON, CSVW, Data Package), the Atom feeds and the JSON-LD of every page in each folder. Prints every
failure with its file and reason. Exit code: 0 all well; 1 failures; 2 nothing to judge, or, over all folders, none of a
KIND (csv, hxl, json, csvw, resource, claim, atom, json-ld): a test that cannot fail is worse than none. `--without KIND`
says that there is none on purpose.

`--content DIR` is the folder that the claims' files are in; a folder `expected` beside a folder `content` knows its own.
Nothing here may use the network: a validator that tries is stopped and said.
"""

import argparse
import collections
import csv
import datetime
import html
import io
import json
import pathlib
import re
import socket
import sys
import warnings
import xml.etree.ElementTree as ElementTree


def _no_network(*_, **__):
    raise OSError("a validator tried to use the network")


for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _no_network)
socket.getaddrinfo = socket.create_connection = socket.gethostbyname = _no_network

import csvw  # noqa: E402
import frictionless  # noqa: E402
import hxl  # noqa: E402

KINDS = ("csv", "hxl", "json", "csvw", "resource", "claim", "atom", "json-ld")

# Registers whose rows are not claims of a writer's, or that have a column of the name `claims`.
WITHOUT_CLAIMS = {"sources", "status-history", "contradictions"}


class Judge:
    """The failures found, and how many things of each kind were judged."""

    def __init__(self):
        self.failures = []
        self.judged = collections.Counter()

    def fail(self, file, reason):
        self.failures.append((str(file), " ".join(str(reason).split())))

    def site(self, folder, content=None):
        if content is None and folder.name == "expected" and (folder.parent / "content").is_dir():
            content = folder.parent / "content"
        data = folder / "data"
        if data.is_dir():
            Data(self, data, content).judge()
        for name in ("status.xml", "feed.xml"):
            for file in sorted(folder.rglob(name)):
                self.judged["atom"] += 1
                judge_atom(file, lambda reason, file=file: self.fail(file, reason))
        for file in sorted(folder.rglob("*.html")):
            self.pages(file)

    def pages(self, file):
        text = file.read_text(encoding="utf-8")
        for script in scripts(text):
            self.judged["json-ld"] += 1
            judge_json_ld(script, lambda reason: self.fail(file, f"JSON-LD: {reason}"))


# ---- data/ ------------------------------------------------------------------------------------------------------------


class Data:
    """One folder data/: its tables, and what describes them."""

    def __init__(self, judge, folder, content):
        self.judge_ = judge
        self.folder = folder
        self.content = content
        self.tables = {}  # file name: rows, the header first
        self.fields = {}  # file name: {column: field of the Data Package}

    def fail(self, name, reason):
        self.judge_.fail(self.folder / name, reason)

    def names(self, ending):
        return sorted(file.name for file in self.folder.glob(f"*{ending}"))

    def judge(self):
        for name in self.names(".csv"):
            self.tables[name] = self.read_csv(name)
        if not self.tables:
            return
        self.complete()
        self.data_package()
        for name in self.tables:
            self.formulas(name)
        for name in self.names(".hxl.csv"):
            self.hxl(name)
        for name in self.names(".csv-metadata.json"):
            self.csvw(name)
        for name in self.twins():
            self.twin(name)
        self.safeguard()

    def registers(self):
        return [name.removesuffix(".csv") for name in self.tables if not name.endswith(".hxl.csv")]

    def twins(self):
        others = (".hxl.json", "-metadata.json")
        return [name for name in self.names(".json") if not name.endswith(others) and name != "datapackage.json"]

    def complete(self):
        """Every register has all its files, and no file is without its register."""
        endings = (".csv", ".hxl.csv", ".hxl.json", ".json", ".csv-metadata.json")
        for register in self.registers():
            for ending in endings:
                if not (self.folder / (register + ending)).is_file():
                    self.fail(register + ending, "is missing")
        described = self.names(".hxl.csv") + self.names(".hxl.json") + self.names("-metadata.json") + self.twins()
        for name in described:
            if re.sub(r"(\.hxl\.csv|\.hxl\.json|\.csv-metadata\.json|\.json)$", "", name) not in self.registers():
                self.fail(name, "belongs to no CSV")
        if not (self.folder / "datapackage.json").is_file():
            self.fail("datapackage.json", "is missing")

    def read_json(self, name):
        def unique(pairs):
            keys = [key for key, _ in pairs]
            if len(keys) != len(set(keys)):
                raise ValueError(f"a key stands twice in {keys}")
            return dict(pairs)

        try:
            return json.loads((self.folder / name).read_bytes().decode("utf-8"), object_pairs_hook=unique)
        except (OSError, ValueError) as error:
            self.fail(name, f"cannot be read as JSON: {error}")
            return None

    # -- RFC 4180

    def read_csv(self, name):
        """The rows of a CSV file, after what RFC 4180 asks of its bytes."""
        self.judge_.judged["csv"] += 1
        raw = (self.folder / name).read_bytes()
        if raw.startswith(b"\xef\xbb\xbf"):
            self.fail(name, "begins with a byte order mark")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            self.fail(name, f"is not UTF-8: {error}")
            text = raw.decode("utf-8", "replace")
        text = text.removeprefix("\ufeff")
        unquoted = re.sub(r'"(?:[^"]|"")*"', "", text)
        if re.search(r"(?<!\r)\n|\r(?!\n)", unquoted):
            self.fail(name, "has a line that does not end in CRLF")
        if text and not unquoted.endswith("\r\n"):
            self.fail(name, "does not end in CRLF")
        if control := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
            self.fail(name, f"has the control character {control.group()!r}")
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        except csv.Error as error:
            self.fail(name, f"is not CSV: {error}")
            rows = []
        if not rows:
            self.fail(name, "has no header")
            return [[]]
        for number, row in enumerate(rows, 1):
            if len(row) != len(rows[0]):
                self.fail(name, f"row {number} has {len(row)} cells, the header {len(rows[0])}")
        if "" in rows[0] or len(set(rows[0])) != len(rows[0]):
            self.fail(name, f"its column names are empty or not unique: {rows[0]}")
        return rows

    def formulas(self, name):
        """No cell is taken for a formula by a spreadsheet (a number may have its sign)."""
        fields = self.fields.get(name, {})
        numeric = {column for column, field in fields.items() if field.get("type") in ("number", "integer")}
        for number, row in enumerate(self.tables[name], 1):
            for column, cell in zip(self.tables[name][0], row):
                if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not (column in numeric and is_number(cell)):
                    self.fail(name, f"row {number}, {column}: a spreadsheet takes {cell!r} for a formula")

    # -- Data Package

    def data_package(self):
        name = "datapackage.json"
        package = self.read_json(name) if (self.folder / name).is_file() else None
        if not isinstance(package, dict):
            return
        if package.get("$schema") != "https://datapackage.org/profiles/2.0/datapackage.json":
            self.fail(name, "does not say in $schema that it is a Data Package of version 2")
        resources = [resource for resource in package.get("resources", []) if isinstance(resource, dict)]
        paths = [resource.get("path") for resource in resources]
        for path in sorted({path for path in paths if paths.count(path) > 1}, key=str):
            self.fail(name, f"lists {path} twice")
        for path in self.tables:
            if path not in paths:
                self.fail(name, f"does not list {path}")
        for resource in resources:
            path = resource.get("path")
            if not isinstance(path, str) or not (self.folder / path).is_file():
                self.fail(name, f"lists {path}, which does not exist")
            elif path in self.tables:
                # frictionless guesses the encoding where it is not told, and guesses wrong in short tables.
                if resource.get("encoding") != "utf-8":
                    self.fail(name, f"does not say that {path} is utf-8")
                fields = (resource.get("schema") or {}).get("fields") or []
                self.fields[path] = {field.get("name"): field for field in fields}
                if list(self.fields[path]) != self.tables[path][0]:
                    self.fail(name, f"does not describe the columns of {path}: {list(self.fields[path])}")
        try:
            report = frictionless.Package(str(self.folder / name)).validate()
        except Exception as error:  # its errors have no common class
            self.fail(name, f"frictionless: {error}")
            return
        self.judge_.judged["resource"] += len(report.tasks)
        for error in report.errors:
            self.fail(name, f"frictionless: {error.message}")
        for warning in report.warnings:
            self.fail(name, f"frictionless: {warning}")
        for task in report.tasks:
            for error in task.errors:
                self.fail(task.place, f"frictionless: {error.message}")
            for warning in task.warnings:
                self.fail(task.place, f"frictionless: {warning}")
            heads = 2 if str(task.place).endswith(".hxl.csv") else 1
            seen = task.stats.get("rows") or 0
            if task.place in self.tables and not task.errors and seen != len(self.tables[task.place]) - heads:
                self.fail(task.place, f"frictionless sees {seen} rows of data: its dialect hides some, or shows the tags")

    # -- Humanitarian Exchange Language

    def hxl(self, name):
        self.judge_.judged["hxl"] += 1
        rows = self.tables[name]
        if len(rows) < 2 or not any(is_tag(cell) for cell in rows[1]):
            self.fail(name, "its second row has no tags")
            return
        tags = rows[1]
        for tag in filter(None, tags):
            if not is_tag(tag):
                self.fail(name, f"{tag!r} is not a tag")
            elif tag.split("+")[0] not in HXL_TAGS and not tag.startswith("#x_"):
                self.fail(name, f"{tag} is not in the core dictionary of HXL, and does not begin with #x_")
            elif tag != tag.lower():
                self.fail(name, f"{tag} is not in lower case")
        seen = [tuple(sorted(tag.split("+"))) for tag in tags if tag]
        if len(seen) != len(set(seen)):
            self.fail(name, "nothing tells two columns with the same tag apart")
        register = name.removesuffix(".hxl.csv") + ".csv"
        if register in self.tables and len(self.tables[register]) != len(rows) - 1:
            self.fail(name, f"has {len(rows) - 2} rows of data, {register} has {len(self.tables[register]) - 1}")
        for number, row in enumerate(rows[2:], 3):
            for tag, cell in zip(tags, row):
                # libhxl also takes 2013-07-01/.. for a date, and reads it as 7 January 2013.
                if tag.split("+")[0] == "#date" and cell and not is_plain_date(cell):
                    self.fail(name, f"row {number}, {tag}: {cell!r} is not a plain year, month or day")
        self.hxl_schema(name)
        twin = name.removesuffix(".csv") + ".json"
        if (self.folder / twin).is_file():
            self.hxl_json(twin, rows)

    def hxl_json(self, name, rows):
        arrays = self.read_json(name)
        if arrays is None:
            return
        if not isinstance(arrays, list) or not all(isinstance(row, list) for row in arrays):
            self.fail(name, "is not an array of arrays")
            return
        text = lambda cell: "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell)  # noqa: E731
        texts = [[text(cell) for cell in row] for row in arrays]
        for number, (ours, theirs) in enumerate(zip(rows, texts), 1):
            if len(ours) != len(theirs) or not all(same_text(*pair) for pair in zip(ours, theirs)):
                self.fail(name, f"row {number} is not that of the CSV: {theirs} for {ours}")
        if len(rows) != len(texts):
            self.fail(name, f"has {len(texts)} rows, the CSV {len(rows)}")
        self.hxl_schema(name)

    def hxl_schema(self, name):
        """The default schema of libhxl."""

        def found(issue):
            severity = getattr(issue.rule, "severity", "error")
            # Left out: "info" (outliers among numbers, rare place names), and the guess that a rare word among the
            # names and statuses is misspelt. Both are about what a writer says, not about how it is published.
            if severity == "info" or issue.message == "Possible spelling error":
                return
            row = issue.row.source_row_number + 1 if issue.row and issue.row.source_row_number is not None else "?"
            tag = issue.column.display_tag if issue.column else "?"
            self.fail(name, f"libhxl: {severity}: row {row}, {tag}: {issue.message}: {issue.value!r}")

        try:
            with hxl.data(str(self.folder / name), hxl.InputOptions(allow_local=True)) as source:
                if [column.display_tag for column in source.columns if column.tag] == []:
                    self.fail(name, "libhxl: no tags")
                hxl.schema(callback=found).validate(source)
        except Exception as error:  # a value can also make dateutil overflow
            self.fail(name, f"libhxl: {type(error).__name__}: {error}")

    def safeguard(self):
        """No armed group, and no actor of unknown kind, is published as an organisation of the response."""
        kinds = {}
        for register, named, kind in (
            ("actors", ("name", "also_called"), "type"),
            ("interventions", ("actor",), "actor_type"),
            ("presence", ("organisation",), "organisation_type"),
        ):
            for row in self.objects(f"{register}.csv"):
                # The types of several actors in one cell cannot be told apart here; the table of actors has them.
                if register != "actors" and "; " in row.get(kind, ""):
                    continue
                for name in (name for column in named for name in row.get(column, "").split("; ") if name):
                    kinds.setdefault(name.casefold(), set()).update(filter(None, [row.get(kind, "").casefold()]))
        armed = {name for name, of in kinds.items() if any(ARMED.search(kind) for kind in of)}
        for file in self.names(".hxl.csv"):
            rows = self.tables[file]
            is_typed = file.removesuffix(".hxl.csv") in ("actors", "interventions", "presence")
            for number, row in enumerate(rows[2:], 3):
                for tag, cell in zip(rows[1] if len(rows) > 1 else [], row):
                    if not tag.startswith("#org") or "+type" in tag:
                        continue
                    for name in filter(None, (part.strip() for part in re.split(r"[|;]", cell))):
                        if name.casefold() in armed:
                            self.fail(file, f"row {number}, {tag}: {name} is not part of the response; it belongs under #group")
                        elif is_typed and not kinds.get(name.casefold()) and not re.search(r"\+(funder|prog)\b", tag):
                            self.fail(file, f"row {number}, {tag}: what {name} is, is not known; it belongs under #group")

    def objects(self, name):
        rows = self.tables.get(name, [[]])
        return [dict(zip(rows[0], row)) for row in rows[1:]]

    # -- CSV on the Web

    def csvw(self, name):
        self.judge_.judged["csvw"] += 1
        metadata = self.read_json(name)
        if metadata is None:
            return
        register = name.removesuffix("-metadata.json")
        if not isinstance(metadata, dict) or metadata.get("url") != register:
            self.fail(name, f"its url is not {register}")
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always", UserWarning)
                described = csvw.CSVW(str(self.folder / name), validate=True)
                is_valid = described.is_valid
                columns = described.tables[0].tableSchema.columns
            if not is_valid:
                for warning in described.warnings or ["not valid"]:
                    self.fail(name, f"csvw: {getattr(warning, 'message', warning)}")
        except Exception as error:  # ValueError, AssertionError, KeyError: as it comes
            self.fail(name, f"csvw: {type(error).__name__}: {error}")
            return
        header = self.tables.get(register, [[]])[0]
        if [column.name for column in columns if not column.virtual] != header:
            self.fail(name, f"csvw: does not describe the columns {header}")
        # By the standard a header is matched with the titles; this validator also takes the name. Others do not.
        for column in columns:
            if column.name and not any(column.name in titles for titles in (column.titles or {}).values()):
                self.fail(name, f"csvw: the header {column.name} is among no titles of its column")

    # -- the JSON twins

    def twin(self, name):
        self.judge_.judged["json"] += 1
        register = name.removesuffix(".json")
        source = register + ".csv"
        objects = self.read_json(name)
        if isinstance(objects, dict):
            objects = next((objects[key] for key in ("rows", "data", register) if key in objects), None)
        if not isinstance(objects, list) or not all(isinstance(row, dict) for row in objects):
            self.fail(name, "has no array of rows")
            return
        if source not in self.tables:
            return
        header = self.tables[source][0]
        rows = self.tables[source][1:]
        if len(objects) != len(rows):
            self.fail(name, f"has {len(objects)} rows, {source} has {len(rows)}")
        for number, (ours, row) in enumerate(zip(objects, rows), 1):
            keys = [key for key in ours if key != "claims" or "claims" in header]
            if keys != header:
                self.fail(name, f"row {number} has {keys}, {source} has {header}")
                continue
            for column, cell in zip(header, row):
                field = self.fields.get(source, {}).get(column, {})
                if column == "claims" and isinstance(ours[column], list) and is_number(cell):
                    if len(ours[column]) != float(cell):
                        self.fail(name, f"row {number} has {len(ours[column])} claims, {source} says {cell}")
                elif not same_value(field, cell, ours[column]):
                    self.fail(name, f"row {number}, {column}: {ours[column]!r} is not {cell!r} of {source}")
            claims = ours.get("claims")
            if isinstance(claims, list):
                for claim in claims:
                    self.claim(name, number, claim)
            elif register not in WITHOUT_CLAIMS:
                self.fail(name, f"row {number} has no claims")

    def claim(self, name, number, claim):
        self.judge_.judged["claim"] += 1
        file, line = (claim.get("file"), claim.get("line")) if isinstance(claim, dict) else (None, None)
        if not isinstance(file, str) or not file or type(line) is not int or line < 1:
            self.fail(name, f"row {number} has a claim without file and line: {claim}")
            return
        if file.startswith("/") or "\\" in file or ".." in file.split("/"):
            self.fail(name, f"row {number}: {file} is not a path in the site")
            return
        if self.content is None:
            return
        # Both are usual: from the site's root (content/x.md) and from the content (x.md).
        places = [self.content.parent / file, self.content / file]
        place = next((place for place in places if place.is_file()), None)
        if place is None:
            self.fail(name, f"row {number}: {file} does not exist")
            return
        lines = re.split(r"\r\n|\r|\n", place.read_text(encoding="utf-8-sig", errors="replace"))
        if line > len(lines) or not lines[line - 1].strip():
            self.fail(name, f"row {number}: {file} has nothing in line {line}")


def is_number(text):
    return re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text) is not None


def is_plain_date(text):
    """A year from 1000, a month or a day of the calendar: what libhxl reads as it is meant."""
    if not re.fullmatch(r"[12]\d{3}(-\d\d(-\d\d)?)?", text):
        return False
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def is_tag(text):
    return re.fullmatch(r"#[A-Za-z][_0-9A-Za-z]*(\+[A-Za-z][_0-9A-Za-z]*)*", text) is not None


def same_text(cell, text):
    """Whether a cell of a CSV says this text: an apostrophe keeps a spreadsheet from taking it for a formula."""
    return cell == text or cell == "'" + text and text[:1] in ("=", "+", "-", "@", "\t", "\r")


def same_value(field, cell, value):
    """Whether a value of the JSON says what the cell of the CSV says, by the type of its column."""
    kind = field.get("type")
    if kind == "list" or isinstance(value, list):
        if kind != "list" or not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return False
        # An apostrophe before the first item is the cell's.
        delimiter = field.get("delimiter", ",")
        return same_text(cell, delimiter.join(value)) and not any(delimiter in item or not item for item in value)
    if cell == "":
        return value is None or value == ""
    if kind in ("number", "integer"):
        return type(value) in (int, float) and is_number(cell) and float(cell) == value
    if kind == "boolean":
        return type(value) is bool and cell == ("true" if value else "false")
    return isinstance(value, str) and same_text(cell, value)


# HXL 1.1, core dictionary.
HXL_TAGS = set(
    "#region #country #adm1 #adm2 #adm3 #adm4 #adm5 #loc #geo #population #affected #inneed #targeted #reached #beneficiary"
    " #activity #org #sector #subsector #output #indicator #capacity #access #operations #contact #item #need #service"
    " #frequency #value #currency #modality #channel #crisis #event #cause #impact #severity #group #date #description #meta"
    " #status".split()
)

# Kinds of actor that are not part of a response, in English and French. Not "armed forces".
ARMED = re.compile(r"armed (group|actor)|groupes? armé|militia|milice|mercen|insurg|rebel|paramilit|criminal|terroris|jihadis")

# ---- Atom (RFC 4287) --------------------------------------------------------------------------------------------------

ATOM = "{http://www.w3.org/2005/Atom}"
ONCE = {"feed": ("id", "title", "updated"), "entry": ("id", "title", "updated")}
AT_MOST_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
MANY = {
    "feed": ("author", "category", "contributor", "link", "entry"),
    "entry": ("author", "category", "contributor", "link"),
}


def judge_atom(file, fail):
    try:
        feed = ElementTree.parse(file).getroot()
    except ElementTree.ParseError as error:
        fail(f"is not well-formed: {error}")
        return
    if feed.tag != ATOM + "feed":
        fail(f"its root is {feed.tag}, not an Atom feed")
        return
    entries = feed.findall(ATOM + "entry")
    ids = collections.Counter()
    times = []
    for element, what in [(feed, "feed")] + [(entry, "entry") for entry in entries]:
        here = what if what == "feed" else f"entry {(element.findtext(ATOM + 'id') or '?')}"
        judge_atom_part(element, what, lambda reason, here=here: fail(f"{here}: {reason}"))
        ids[(element.findtext(ATOM + "id") or "").strip()] += 1
        times.append(rfc3339(element.findtext(ATOM + "updated") or ""))
    for identity, count in ids.items():
        if count > 1:
            fail(f"the id {identity} stands {count} times")
    if feed.find(ATOM + "author") is None and not (entries and all(entry.find(ATOM + "author") is not None for entry in entries)):
        fail("neither the feed nor every entry has an author")
    if not any(link.get("rel") == "self" for link in feed.findall(ATOM + "link")):
        fail("the feed has no link rel=self")
    if None not in times and times[0] < max(times):
        fail("an entry is newer than the feed")


def judge_atom_part(element, what, fail):
    names = [child.tag.removeprefix(ATOM) for child in element if child.tag.startswith(ATOM)]
    for name in ONCE[what]:
        if names.count(name) != 1:
            fail(f"has {names.count(name)} elements {name}, must have one")
        elif not "".join(element.find(ATOM + name).itertext()).strip():
            fail(f"its {name} is empty")
    for name in AT_MOST_ONCE[what]:
        if names.count(name) > 1:
            fail(f"has {names.count(name)} elements {name}")
    for name in sorted(set(names) - set(ONCE[what] + AT_MOST_ONCE[what] + MANY[what])):
        fail(f"{name} does not belong there")
    for child in element:
        name = child.tag.removeprefix(ATOM)
        text = (child.text or "").strip()
        if name in ("updated", "published") and rfc3339(text) is None:
            fail(f"{name} is not a time of RFC 3339: {text!r}")
        if name == "id" and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text):
            fail(f"its id is not an absolute address: {text!r}")
        if name in ("author", "contributor") and not (child.findtext(ATOM + "name") or "").strip():
            fail(f"{name} has no name")
        if name == "category" and not child.get("term"):
            fail("a category has no term")
        if name == "link" and not re.fullmatch(r"[^\s<>\"{}|\\^`]+", child.get("href", "")):
            fail(f"a link leads to no address: {child.get('href')!r}")
        if name in ("title", "subtitle", "rights", "summary") and child.get("type", "text") not in ("text", "html", "xhtml"):
            fail(f"{name} has the type {child.get('type')}")
        is_text = name in ("title", "subtitle", "rights", "summary", "content")
        if is_text and child.get("type", "text") in ("text", "html") and len(child):
            fail(f"{name} has elements, but the type {child.get('type', 'text')}")
    links = [link for link in element.findall(ATOM + "link") if link.get("rel", "alternate") == "alternate"]
    kinds = [(link.get("type"), link.get("hreflang")) for link in links]
    if len(kinds) != len(set(kinds)):
        fail("has two alternate links of one type and language")
    if what == "entry" and not links and "content" not in names:
        fail("has neither content nor an alternate link")


def rfc3339(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text.strip()):
        return None
    try:
        return datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        return None


# ---- JSON-LD (schema.org 30.0) ----------------------------------------------------------------------------------------


# A script and its text, which ends as it does for a browser. Python's own parser of HTML is too slow for a whole site.
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)(?:</script|\Z)", re.IGNORECASE | re.DOTALL)


def scripts(page):
    """The texts of a page's scripts of the type application/ld+json."""
    for attributes, text in SCRIPT.findall(page):
        if "application/ld+json" in html.unescape(attributes).lower():
            yield text


def words(text):
    return frozenset(text.split())


THING = words(
    "additionalType alternateName description disambiguatingDescription identifier image mainEntityOfPage name"
    " potentialAction sameAs subjectOf url"
)
CREATIVE_WORK = THING | words(
    "about abstract accessMode accessibilityFeature acquireLicensePage alternativeHeadline archivedAt author citation"
    " contentLocation contentReferenceTime contributor copyrightHolder copyrightNotice copyrightYear correction"
    " countryOfOrigin creativeWorkStatus creator creditText dateCreated dateModified datePublished editor encoding"
    " encodingFormat expires funder funding genre hasPart headline inLanguage isAccessibleForFree isBasedOn isPartOf keywords"
    " license locationCreated mainEntity maintainer mentions position producer provider publication publisher"
    " publishingPrinciples sdDatePublished sdLicense sdPublisher sourceOrganization spatial spatialCoverage sponsor temporal"
    " temporalCoverage text thumbnail thumbnailUrl translationOfWork translator usageInfo version workTranslation"
)
ARTICLE = CREATIVE_WORK | words("articleBody articleSection backstory pageEnd pageStart pagination speakable wordCount")
NEWS = ARTICLE | words("dateline printColumn printEdition printPage printSection")
WEB_PAGE = CREATIVE_WORK | words(
    "breadcrumb lastReviewed mainContentOfPage primaryImageOfPage relatedLink reviewedBy significantLink speakable specialty"
)
ITEM_LIST = THING | words("itemListElement itemListOrder numberOfItems aggregateElement")
MEDIA = CREATIVE_WORK | words(
    "associatedArticle bitrate contentSize contentUrl duration embedUrl endTime height ineligibleRegion playerType"
    " regionsAllowed requiresSubscription sha256 startTime uploadDate width"
)
PLACE = THING | words(
    "additionalProperty address branchCode containedInPlace containsPlace event geo geoContains geoWithin hasMap keywords"
    " latitude logo longitude"
)
ORGANIZATION = THING | words(
    "actionableFeedbackPolicy address areaServed contactPoint correctionsPolicy department diversityPolicy email ethicsPolicy"
    " foundingDate dissolutionDate founder keywords knowsAbout legalName location logo member memberOf ownershipFundingInfo"
    " parentOrganization publishingPrinciples subOrganization unnamedSourcesPolicy"
)
DATASET = CREATIVE_WORK | words("distribution includedInDataCatalog issn measurementMethod measurementTechnique variableMeasured")
VALUE = THING | words("additionalProperty maxValue minValue unitCode unitText value valueReference")

# The types that Brink may use, each with its properties.
TYPES = {
    "Action": THING
    | words(
        "actionProcess actionStatus agent endTime error instrument location object participant provider result startTime"
        " target"
    ),
    "AdministrativeArea": PLACE,
    "Article": ARTICLE,
    "BackgroundNewsArticle": NEWS,
    "BreadcrumbList": ITEM_LIST,
    "Claim": CREATIVE_WORK | words("appearance claimInterpreter firstAppearance"),
    "CollectionPage": WEB_PAGE,
    "CorrectionComment": CREATIVE_WORK | words("parentItem sharedContent"),
    "Country": PLACE,
    "CreativeWork": CREATIVE_WORK,
    "DataDownload": MEDIA | words("measurementMethod measurementTechnique"),
    "Dataset": DATASET,
    "DataCatalog": CREATIVE_WORK | words("dataset measurementMethod measurementTechnique"),
    "DefinedTerm": THING | words("inDefinedTermSet termCode"),
    "DefinedTermSet": CREATIVE_WORK | words("hasDefinedTerm"),
    "Event": THING
    | words(
        "about actor attendee contributor doorTime duration endDate eventAttendanceMode eventStatus funder inLanguage keywords"
        " location organizer previousStartDate recordedIn sponsor startDate subEvent superEvent workFeatured"
    ),
    "ImageObject": MEDIA | words("caption embeddedTextCaption exifData representativeOfPage"),
    "ItemList": ITEM_LIST,
    "ListItem": THING | words("item nextItem position previousItem"),
    "NewsArticle": NEWS,
    "NewsMediaOrganization": ORGANIZATION
    | words("masthead missionCoveragePrioritiesPolicy noBylinesPolicy verificationFactCheckingPolicy"),
    "Observation": VALUE
    | words(
        "marginOfError measuredProperty measurementDenominator measurementMethod measurementQualifier measurementTechnique"
        " observationAbout observationDate observationPeriod variableMeasured"
    ),
    "Organization": ORGANIZATION,
    "Person": THING | words("affiliation email familyName givenName jobTitle knowsAbout memberOf nationality worksFor"),
    "Place": PLACE,
    "PropertyValue": VALUE | words("measurementMethod measurementTechnique propertyID"),
    "QuantitativeValue": VALUE,
    "StatisticalVariable": THING
    | words(
        "constraintProperty measuredProperty measurementDenominator measurementMethod measurementQualifier"
        " measurementTechnique populationType statType"
    ),
    "WebPage": WEB_PAGE,
    "WebSite": CREATIVE_WORK | words("issn"),
}
NEEDS = {
    "Action": ["name"],
    "Claim": ["text", "name", "headline"],
    "CorrectionComment": ["text"],
    "DataDownload": ["contentUrl"],
    "Dataset": ["name"],
    "DefinedTerm": ["name"],
    "Event": ["name"],
    "ItemList": ["itemListElement"],
    "BreadcrumbList": ["itemListElement"],
    "ListItem": ["item", "name", "url"],
    "NewsArticle": ["headline"],
    "Observation": ["value"],
    "Organization": ["name"],
    "Person": ["name"],
}
DATES = words(
    "contentReferenceTime dateCreated dateModified datePublished endDate endTime expires foundingDate lastReviewed"
    " observationDate sdDatePublished startDate startTime uploadDate dissolutionDate"
)
DATE = r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
MEMBERS = {
    "actionStatus": words("ActiveActionStatus CompletedActionStatus FailedActionStatus PotentialActionStatus"),
    "eventStatus": words("EventCancelled EventMovedOnline EventPostponed EventRescheduled EventScheduled"),
}


def judge_json_ld(script, fail):
    text = script.strip()
    if len(text.encode("utf-8")) > 1500:
        fail(f"has {len(text.encode('utf-8'))} bytes, at most 1500 are wanted")
    if "<" in text:
        fail("has a '<' that is not escaped")
    try:
        value = json.loads(text)
    except ValueError as error:
        fail(f"is not JSON: {error}")
        return
    if not isinstance(value, dict):
        fail("is not an object")
        return
    if value.get("@context") != "https://schema.org":
        fail(f"its @context is {value.get('@context')!r}")
    if "@graph" in value:
        parts = value["@graph"] if isinstance(value["@graph"], list) else [value["@graph"]]
        for extra in sorted(value.keys() - {"@context", "@graph", "@id"}):
            fail(f"{extra} stands beside @graph")
    else:
        parts = [{key: of for key, of in value.items() if key != "@context"}]
    for part in parts:
        if not isinstance(part, dict) or "@type" not in part:
            fail("has no @type")
        judge_thing(part, fail)


def judge_thing(thing, fail):
    if isinstance(thing, list):
        for item in thing:
            judge_thing(item, fail)
        return
    if not isinstance(thing, dict):
        return
    types = thing.get("@type", [])
    types = types if isinstance(types, list) else [types]
    if not types:
        if not ({"@id", "@value"} & thing.keys()) or thing.keys() - {"@id", "@value", "@language"}:
            fail(f"an object has no @type: {json.dumps(thing)[:80]}")
        return
    unknown = [kind for kind in types if kind not in TYPES]
    if unknown:
        fail(f"{unknown} is no type of schema.org that Brink uses")
        return
    here = "/".join(types)
    for name, value in thing.items():
        values = value if isinstance(value, list) else [value]
        if name in ("@type", "@id"):
            if not all(isinstance(item, str) and item for item in values):
                fail(f"{here}: {name} is {value!r}")
            continue
        if not any(name in TYPES[kind] for kind in types):
            fail(f"{here} has no property {name}")
        if value is None or value == "" or value == []:
            fail(f"{here}: {name} is empty")
            continue
        for item in values:
            if name in DATES and not (isinstance(item, str) and re.fullmatch(DATE, item)):
                fail(f"{here}: {name} is no date of ISO 8601: {item!r}")
            interval = rf"({DATE}|\.\.)(/({DATE}|\.\.))?"
            if name == "temporalCoverage" and not (isinstance(item, str) and re.fullmatch(interval, item)):
                fail(f"{here}: {name} is no date or interval of ISO 8601: {item!r}")
            if name in MEMBERS and str(item).removeprefix("https://schema.org/") not in MEMBERS[name]:
                fail(f"{here}: {name} cannot be {item!r}")
            if name == "position" and "ListItem" in types and (type(item) is not int or item < 1):
                fail(f"{here}: {name} is {item!r}")
        judge_thing(value, fail)
    for kind in types:
        if kind in NEEDS and not any(name in thing for name in NEEDS[kind]):
            fail(f"{here} has no {' or '.join(NEEDS[kind])}")
    elements = thing.get("itemListElement")
    if isinstance(elements, list) and all(isinstance(item, dict) for item in elements):
        positions = [item["position"] for item in elements if "position" in item]
        if positions and positions != list(range(1, len(elements) + 1)):
            fail(f"{here}: the positions are {positions}")
        # A list on a page may be the beginning of a longer one.
        if isinstance(thing.get("numberOfItems"), int) and thing["numberOfItems"] < len(elements):
            fail(f"{here}: numberOfItems is {thing['numberOfItems']}, there are {len(elements)}")
    if "Dataset" in types and "description" in thing and not 50 <= len(thing["description"]) <= 5000:
        fail(f"{here}: the description has {len(thing['description'])} characters, search engines want 50 to 5000")


# ---- the command ------------------------------------------------------------------------------------------------------


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sites", metavar="SITE_FOLDER", nargs="+", type=pathlib.Path)
    parser.add_argument("--content", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--without", metavar="KIND", action="append", default=[], choices=KINDS)
    options = parser.parse_args(arguments)
    judge = Judge()
    for folder in options.sites:
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
        judge.site(folder, options.content)
    for file, reason in judge.failures:
        print(f"{file}: {reason}")
    counts = ", ".join(f"{judge.judged[kind]} {kind}" for kind in KINDS)
    print(f"{len(options.sites)} sites judged: {counts}; {len(judge.failures)} failures")
    lacking = [kind for kind in KINDS if not judge.judged[kind] and kind not in options.without]
    if judge.failures:
        return 1
    if lacking:
        print(f"nothing to judge of: {', '.join(lacking)}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
