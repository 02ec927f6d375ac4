#!/usr/bin/env python3
"""Shows that judge.py fails where it should: a small site that passes, and one broken in each way."""

import contextlib
import csv
import io
import json
import pathlib
import tempfile
import unittest

import judge

EDTF = r"(\.\.|\d{4}(-\d\d(-\d\d)?)?[~?%]?)(/(\.\.|\d{4}(-\d\d(-\d\d)?)?[~?%]?))?"

# Column: its type, and its tags in the HXL file.
COLUMNS = {
    "id": ("string", ["#meta+id"]),
    "name": ("string", ["#activity+i_en+name"]),
    "status": ("string", ["#status+code"]),
    "actor": ("list", ["#org+impl+list+name", "#group+list+name"]),
    "actor_type": ("string", ["#org+impl+type", "#group+type"]),
    "start": ("edtf", ["#date+start"]),
    "targeted": ("number", ["#targeted"]),
}
ROWS = [
    ["minusma", "MINUSMA, the mission", "withdrawn", "United Nations; African Union", "UN", "2013-07-01/..", "12000"],
    ["wagner", 'The "Wagner" deployment', "active", "Wagner Group", "mercenary", "2021~", ""],
    ["force", "'=1+1 is no formula", "planned", "", "", "", "-1.5"],
]
HXL_ROWS = [
    ["minusma", "MINUSMA, the mission", "withdrawn", "United Nations|African Union", "", "UN", "", "2013-07-01", "12000"],
    ["wagner", 'The "Wagner" deployment', "active", "", "Wagner Group", "", "mercenary", "2021", ""],
    ["force", "'=1+1 is no formula", "planned", "", "", "", "", "", "-1.5"],
]
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://example.org/status.xml</id><title>Changes of status</title>
<updated>2024-01-15T00:00:00Z</updated><author><name>Mali explained</name></author>
<link rel="self" href="https://example.org/status.xml"/>
<entry><id>https://example.org/interventions/minusma/#2023-12-31</id><title>MINUSMA: withdrawn</title>
<updated>2023-12-31T00:00:00Z</updated><link href="https://example.org/interventions/minusma/"/></entry></feed>
"""
JSON_LD = {
    "@context": "https://schema.org",
    "@type": ["NewsArticle", "BackgroundNewsArticle"],
    "headline": "Mali",
    "temporalCoverage": "2013-07-01/..",
    "isPartOf": {"@type": "WebSite", "name": "Mali explained"},
}


def table(rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def field(name, kind):
    if kind == "edtf":
        return {"name": name, "type": "string", "constraints": {"pattern": EDTF}}
    return {"name": name, "type": kind, **({"delimiter": "; ", "itemType": "string"} if kind == "list" else {})}


def column(name, kind):
    datatype = {"edtf": {"base": "string", "format": EDTF}, "list": "string"}.get(kind, kind)
    separator = {"separator": "; "} if kind == "list" else {}
    return {"name": name, "titles": {"und": name, "en": name.title()}, "datatype": datatype, **separator}


def value(name, kind, cell):
    if kind == "list":
        return cell.split("; ") if cell else []
    if kind == "number":
        return float(cell) if cell else None
    return cell.removeprefix("'") if cell else None


def site(folder):
    """Writes the site that passes."""
    data = folder / "site" / "data"
    data.mkdir(parents=True)
    content = folder / "content"
    content.mkdir()
    (content / "mali.md").write_text("# Mali\n\nMINUSMA left.\n")
    kinds = [(name, kind) for name, (kind, _) in COLUMNS.items()]
    tags = [(name if len(of) == 1 else f"{name} {tag[1:4]}", tag) for name, (_, of) in COLUMNS.items() for tag in of]
    hxl = [[name for name, _ in tags], [tag for _, tag in tags], *HXL_ROWS]
    write(data / "interventions.csv", table([list(COLUMNS), *ROWS]))
    write(data / "interventions.hxl.csv", table(hxl))
    write(data / "interventions.hxl.json", hxl)
    claims = [{"file": "content/mali.md", "line": 3}]
    objects = [{**{name: value(name, kind, cell) for (name, kind), cell in zip(kinds, row)}, "claims": claims} for row in ROWS]
    write(data / "interventions.json", objects)
    schema = {"columns": [column(*of) for of in kinds], "primaryKey": "id"}
    context = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    metadata = {"@context": context, "url": "interventions.csv", "null": [""], "tableSchema": schema}
    write(data / "interventions.csv-metadata.json", metadata)
    common = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    plain = {"fields": [field(*of) for of in kinds], "missingValues": [""], "primaryKey": ["id"]}
    tagged_fields = [{"name": name, "type": "number" if tag == "#targeted" else "string"} for name, tag in tags]
    tagged = {"fields": tagged_fields, "missingValues": [""]}
    dialect = {"headerRows": [1], "commentRows": [2]}
    resources = [
        {"name": "interventions", "path": "interventions.csv", **common, "schema": plain},
        {"name": "interventions-hxl", "path": "interventions.hxl.csv", **common, "dialect": dialect, "schema": tagged},
    ]
    profile = "https://datapackage.org/profiles/2.0/datapackage.json"
    write(data / "datapackage.json", {"$schema": profile, "name": "mali", "resources": resources})
    write(data.parent / "status.xml", ATOM)
    page(data.parent, JSON_LD)
    return data.parent


def write(file, what):
    file.write_bytes((what if isinstance(what, str) else json.dumps(what)).encode("utf-8"))


def page(folder, json_ld):
    text = json_ld if isinstance(json_ld, str) else json.dumps(json_ld)
    write(folder / "index.html", f'<!doctype html><script type="application/ld+json">{text}</script><p>Mali')


class JudgeTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.site = site(self.folder)
        self.data = self.site / "data"

    def run_judge(self, *more):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = judge.main(["--content", str(self.folder / "content"), *more, str(self.site)])
        return code, said.getvalue()

    def replace(self, name, old, new):
        file = self.data / name
        text = file.read_bytes().decode("utf-8")
        self.assertIn(old, text)
        write(file, text.replace(old, new))

    def edit(self, name, change):
        value = json.loads((self.data / name).read_text())
        change(value)
        write(self.data / name, value)

    def fails(self, *words):
        """The judge fails, and says each of these words in one line."""
        code, said = self.run_judge()
        self.assertEqual(code, 1, said)
        self.assertTrue(any(all(word in line for word in words) for line in said.splitlines()), f"{words} not in:\n{said}")

    def test_the_good_site_passes(self):
        code, said = self.run_judge()
        self.assertEqual(code, 0, said)
        self.assertIn("2 csv, 1 hxl, 1 json, 1 csvw, 2 resource, 3 claim, 1 atom, 1 json-ld; 0 failures", said)

    def test_nothing_to_judge(self):
        (self.site / "status.xml").unlink()
        self.assertEqual(self.run_judge()[0], 2)
        self.assertEqual(self.run_judge("--without", "atom")[0], 0)
        for file in self.data.iterdir():
            file.unlink()
        self.assertEqual(self.run_judge("--without", "atom")[0], 2)

    def test_the_network_is_out_of_reach(self):
        import urllib.request

        with self.assertRaisesRegex(OSError, "network"):
            urllib.request.urlopen("http://localhost:9/", timeout=1)

    def test_a_register_without_rows_passes(self):
        for name, heads in (("interventions.csv", 1), ("interventions.hxl.csv", 2)):
            file = self.data / name
            file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:heads]))
        self.edit("interventions.hxl.json", lambda rows: rows.__delitem__(slice(2, None)))
        self.edit("interventions.json", lambda rows: rows.clear())
        code, said = self.run_judge("--without", "claim")
        self.assertEqual(code, 0, said)

    # RFC 4180

    def test_ragged_row(self):
        self.replace("interventions.csv", "withdrawn,", "withdrawn,,")
        self.fails("interventions.csv", "row 2 has 8 cells")
        self.fails("interventions.csv", "frictionless")

    def test_line_ends(self):
        self.replace("interventions.csv", "\r\n", "\n")
        self.fails("interventions.csv", "CRLF")

    def test_byte_order_mark(self):
        self.replace("interventions.csv", "id,name", "\ufeffid,name")
        self.fails("interventions.csv", "byte order mark")

    def test_not_utf_8(self):
        file = self.data / "interventions.csv"
        file.write_bytes(file.read_bytes().replace(b"Wagner", "Wagnér".encode("latin-1")))
        self.fails("interventions.csv", "UTF-8")

    def test_formula(self):
        for start in "=+-@\t":
            self.setUp()
            self.replace("interventions.csv", "'=1+1", start + "1+1")
            self.fails("interventions.csv", "formula")

    # Data Package

    def test_missing_resource(self):
        self.edit("datapackage.json", lambda package: package["resources"].pop())
        self.fails("datapackage.json", "does not list interventions.hxl.csv")

    def test_resource_without_file(self):
        self.edit("datapackage.json", lambda package: package["resources"].append({"name": "x", "path": "x.csv"}))
        self.fails("datapackage.json", "x.csv, which does not exist")

    def test_missing_files(self):
        for ending in (".hxl.csv", ".hxl.json", ".json", ".csv-metadata.json"):
            self.setUp()
            (self.data / f"interventions{ending}").unlink()
            self.fails(f"interventions{ending}", "is missing")

    def test_unknown_column(self):
        self.replace("interventions.csv", "id,name,", "id,title,")
        self.fails("datapackage.json", "does not describe the columns")
        self.fails("interventions.csv:", "frictionless")
        self.fails("interventions.csv-metadata.json", "csvw")
        self.fails("interventions.json", "row 1 has")

    def test_wrong_type(self):
        self.replace("interventions.csv", "12000", "many")
        self.fails("interventions.csv:", "frictionless", "many")
        self.fails("interventions.csv-metadata.json", "csvw", "many")

    def test_wrong_date(self):
        self.replace("interventions.csv", "2021~", "after the coup")
        self.fails("interventions.csv:", "frictionless", "after the coup")
        self.fails("interventions.csv-metadata.json", "csvw", "after the coup")

    def test_field_of_type_date(self):
        def change(package):
            package["resources"][0]["schema"]["fields"][5] = {"name": "start", "type": "date"}

        self.edit("datapackage.json", change)
        self.fails("interventions.csv:", "frictionless", "2021~")

    def test_id_twice(self):
        self.replace("interventions.csv", "wagner,", "minusma,")
        self.fails("interventions.csv:", "frictionless", "primary key")
        self.fails("interventions.csv-metadata.json", "csvw")

    def test_tags_taken_for_data(self):
        self.edit("datapackage.json", lambda package: package["resources"][1].pop("dialect"))
        self.fails("interventions.hxl.csv", "frictionless")

    # HXL

    def test_no_tags(self):
        self.replace("interventions.hxl.csv", "#meta+id,#activity+i_en+name,#status+code", "id,name,status")
        self.fails("interventions.hxl.csv", "is not a tag")

    def test_tags_in_the_wrong_row(self):
        file = self.data / "interventions.hxl.csv"
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join([lines[0], lines[2], lines[1], *lines[3:]]))
        self.fails("interventions.hxl.csv", "second row has no tags")

    def test_unknown_tag(self):
        self.replace("interventions.hxl.csv", "#status+code", "#statuscode")
        self.fails("interventions.hxl.csv", "core dictionary")

    def test_dates_of_hxl(self):
        for date in ("2021~", "2013-07-01/..", "20230701", "2023-02-30"):
            self.setUp()
            self.replace("interventions.hxl.csv", ",2021,", f",{date},")
            self.fails("interventions.hxl.csv", "plain year")

    def test_default_schema_of_hxl(self):
        self.replace("interventions.hxl.csv", "12000", "many")
        self.fails("interventions.hxl.csv", "libhxl", "Expected a number")
        self.setUp()
        self.replace("interventions.hxl.json", "The \\\"Wagner", "The  \\\"Wagner")
        self.fails("interventions.hxl.json", "libhxl", "whitespace")

    def test_hxl_json_says_something_else(self):
        self.replace("interventions.hxl.json", "withdrawn", "active")
        self.fails("interventions.hxl.json", "row 3 is not that of the CSV")

    def test_armed_group_as_organisation(self):
        for name in ("interventions.hxl.csv", "interventions.hxl.json"):
            self.replace(name, "#group+list+name", "#org+list+name")
        self.fails("interventions.hxl.csv", "Wagner Group", "#group")

    # CSVW

    def test_broken_description(self):
        change = lambda metadata: metadata["tableSchema"]["columns"][0].update(datatype="text")  # noqa: E731
        self.edit("interventions.csv-metadata.json", change)
        self.fails("interventions.csv-metadata.json", "csvw")

    def test_description_of_another_file(self):
        self.edit("interventions.csv-metadata.json", lambda metadata: metadata.update(url="others.csv"))
        self.fails("interventions.csv-metadata.json", "url")

    def test_description_of_fewer_columns(self):
        self.edit("interventions.csv-metadata.json", lambda metadata: metadata["tableSchema"]["columns"].pop())
        self.fails("interventions.csv-metadata.json", "csvw")

    def test_context_from_elsewhere(self):
        change = lambda metadata: metadata.update(tableSchema="http://localhost:9/schema.json")  # noqa: E731
        self.edit("interventions.csv-metadata.json", change)
        self.fails("interventions.csv-metadata.json", "csvw")

    # JSON twins

    def test_twin_says_something_else(self):
        self.edit("interventions.json", lambda rows: rows[0].update(status="active"))
        self.fails("interventions.json", "row 1, status")

    def test_list_as_text(self):
        self.edit("interventions.json", lambda rows: rows[0].update(actor="United Nations; African Union"))
        self.fails("interventions.json", "row 1, actor")

    def test_row_missing(self):
        self.edit("interventions.json", lambda rows: rows.pop())
        self.fails("interventions.json", "has 2 rows")

    def test_claims(self):
        for file, line in (("content/mali.md", 9), ("content/mali.md", 2), ("content/niger.md", 1), (None, 1)):
            claim = {"file": file, "line": line}
            self.edit("interventions.json", lambda rows, claim=claim: rows[1].update(claims=[claim]))
            self.fails("interventions.json", "row 2")
        self.edit("interventions.json", lambda rows: rows[1].pop("claims"))
        self.fails("interventions.json", "row 2 has no claims")

    # Atom

    def test_broken_atom(self):
        for old, new, word in (
            ("</feed>", "", "well-formed"),
            ("<updated>2024-01-15T00:00:00Z</updated>", "", "updated"),
            ("2024-01-15T00:00:00Z", "2024-01-15", "RFC 3339"),
            ("2023-12-31T00:00:00Z", "2023-02-30T00:00:00Z", "RFC 3339"),
            ("https://example.org/interventions/minusma/#2023-12-31", "minusma", "absolute"),
            ("https://example.org/interventions/minusma/#2023-12-31", "https://example.org/status.xml", "stands 2 times"),
            ("<author><name>Mali explained</name></author>", "", "author"),
            ('<link href="https://example.org/interventions/minusma/"/>', "", "neither content"),
            ("2005/Atom", "2005/atom", "not an Atom feed"),
        ):
            self.assertIn(old, ATOM)
            write(self.site / "status.xml", ATOM.replace(old, new))
            self.fails("status.xml", word)

    # JSON-LD

    def test_broken_json_ld(self):
        for broken, word in (
            ("{", "not JSON"),
            ({**JSON_LD, "@context": "http://schema.org/"}, "@context"),
            ({**JSON_LD, "@type": "NewArticle"}, "NewArticle"),
            ({key: of for key, of in JSON_LD.items() if key != "@type"}, "@type"),
            ({**JSON_LD, "status": "active"}, "no property status"),
            ({**JSON_LD, "dateModified": "2023~"}, "dateModified"),
            ({**JSON_LD, "description": "x" * 1500}, "bytes"),
            ({**JSON_LD, "about": {"name": "Mali"}}, "no @type"),
            ({**JSON_LD, "about": {"@type": "Action", "name": "x", "actionStatus": "Ongoing"}}, "actionStatus"),
            ({**JSON_LD, "description": "<b>"}, "escaped"),
        ):
            page(self.site, broken)
            self.fails("index.html", word)


if __name__ == "__main__":
    unittest.main()
