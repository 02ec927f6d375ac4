#!/usr/bin/env python3
"""Judges what a built site has for machines beside its data: sums, feeds, sitemap, robots.txt, cards, Markdown, host files.

    judge_machines.py [--sums] SITE_FOLDER…

`--sums` says that the folders are whole builds, which have SHA256SUMS and cards. Prints every failure with its file and
reason. Exit code: 0 all well; 1 failures; 2 none of a kind was there to be judged.
"""

import argparse
import collections
import datetime
import hashlib
import html
import json
import pathlib
import re
import struct
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

import feedparser
from judge import judge_atom

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST_FILES = {"SHA256SUMS", "_headers", "_redirects", ".htaccess", "_nginx.conf"}
META = re.compile(r'<meta (?:property|name)="([^"]*)" content="([^"]*)">')
LINK = re.compile(r"<link ([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


class Judge:
    def __init__(self):
        self.failures = []
        self.judged = collections.Counter()

    def fail(self, file, reason):
        self.failures.append((str(file), reason))


class Site:
    """One built folder."""

    def __init__(self, judge, folder, has_sums):
        self.judge_, self.folder, self.has_sums = judge, folder, has_sums
        self.base = self.find_base()

    def fail(self, name, reason):
        self.judge_.fail(self.folder / name, reason)

    def find_base(self):
        home = self.folder / "index.html"
        found = re.search(r'<link rel="canonical" href="([^"]*)">', home.read_text()) if home.is_file() else None
        return html.unescape(found.group(1)) if found else None

    def file_of(self, address, page=""):
        """The file that an address leads to; None where that is elsewhere."""
        address = address.split("#")[0].split("?")[0]
        if self.base and address.startswith(self.base):
            path = address[len(self.base) :]
        elif re.match(r"[a-z][a-z0-9+.-]*:|//", address):
            return None
        else:
            path = urllib.parse.urljoin("http://x/" + urllib.parse.quote(page), address)[len("http://x/") :]
        path = urllib.parse.unquote(path)
        return self.folder / (path + "index.html" if path == "" or path.endswith("/") else path)

    def expect(self, name, address, page=""):
        file = self.file_of(address, page)
        if file is not None and not file.exists() and (self.has_sums or file.suffix != ".png"):
            self.fail(name, f"leads to {address}, where there is no file")

    def judge(self):
        self.sums()
        self.sitemap()
        self.robots()
        self.feeds()
        self.cards()
        self.pages()
        self.twins()
        self.hosts()

    def sums(self):
        file = self.folder / "SHA256SUMS"
        if not file.is_file():
            if self.has_sums:
                self.fail("SHA256SUMS", "is missing")
            return
        self.judge_.judged["sums"] += 1
        known = {}
        for line in file.read_text().splitlines():
            match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
            if not match:
                self.fail("SHA256SUMS", f"has a line that is none: {line!r}")
            else:
                known[match.group(2)] = match.group(1)
        if list(known) != sorted(known, key=lambda path: path.encode()):
            self.fail("SHA256SUMS", "is not sorted")
        there = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*") if path.is_file()}
        for name in sorted((there.keys() - HOST_FILES) ^ known.keys()):
            self.fail("SHA256SUMS", f"lists {name}, or the folder has it, and the other does not")
        for name in there.keys() & known.keys():
            if hashlib.sha256(there[name].read_bytes()).hexdigest() != known[name]:
                self.fail(name, "has another sum")

    def sitemap(self):
        file = self.folder / "sitemap.xml"
        if not file.is_file():
            return
        self.judge_.judged["sitemap"] += 1
        seen = set()
        for url in ElementTree.parse(file).getroot().iter(SITEMAP + "url"):
            address, day = url.findtext(SITEMAP + "loc"), url.findtext(SITEMAP + "lastmod")
            if address in seen or not self.base or not address.startswith(self.base):
                self.fail("sitemap.xml", f"{address} stands twice, or is not of this site")
            seen.add(address)
            self.expect("sitemap.xml", address)
            if day is not None:
                try:
                    datetime.date.fromisoformat(day)
                except ValueError:
                    self.fail("sitemap.xml", f"{day} is no day")
        if not seen:
            self.fail("sitemap.xml", "is empty")

    def robots(self):
        file = self.folder / "robots.txt"
        if not file.is_file():
            return
        self.judge_.judged["robots"] += 1
        for line in filter(None, file.read_text().splitlines()):
            name, _, value = line.partition(":")
            if name not in ("User-agent", "Allow", "Disallow", "Sitemap"):
                self.fail("robots.txt", f"has a line that is none: {line!r}")
            if name == "Sitemap":
                self.expect("robots.txt", value.strip())

    def feeds(self):
        for name in ("feed.xml", "atom.xml", "index.xml"):
            for file in self.folder.rglob(name):
                self.judge_.judged["feed"] += 1
                own = file.relative_to(self.folder)
                judge_atom(file, lambda reason, own=own: self.fail(own, reason))
                read = feedparser.parse(file.read_bytes())
                if read.bozo or not read.entries or read.version != "atom10":
                    self.fail(own, f"feedparser: {read.get('bozo_exception', 'no entries')}")
                if len(read.entries) > 20 or file.stat().st_size > 30_000:
                    self.fail(own, f"has {len(read.entries)} entries in {file.stat().st_size} bytes")
                for entry in read.entries:
                    self.expect(own, entry.get("link", "?"))

    def cards(self):
        for file in self.folder.rglob("card.png"):
            self.judge_.judged["card"] += 1
            bytes_ = file.read_bytes()
            size = struct.unpack(">II", bytes_[16:24]) if bytes_[:8] == b"\x89PNG\r\n\x1a\n" else None
            if size != (1200, 630):
                self.fail(file.relative_to(self.folder), f"is no PNG of 1200 by 630 pixels: {size}")
            if len(bytes_) > 100_000:
                self.fail(file.relative_to(self.folder), f"has {len(bytes_)} bytes")

    def pages(self):
        for file in self.folder.rglob("*.html"):
            if file.name == "404.html":
                continue  # its links count from the root of a host
            own = file.relative_to(self.folder).as_posix()
            text = file.read_text(encoding="utf-8").split("</head>")[0]
            meta = dict(META.findall(text))
            if "og:image" in meta:
                self.judge_.judged["og"] += 1
                self.expect(own, html.unescape(meta["og:image"]))
                if not meta["og:image"].startswith("http") or not meta.get("og:title"):
                    self.fail(own, "has a picture without a title or full address")
            for link in LINK.findall(text):
                link = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(link)}
                if link.get("rel") in ("alternate", "canonical") and "http-equiv" not in text:
                    self.expect(own, link["href"], own)
                if "hreflang" in link and link["hreflang"] != "x-default":
                    self.judge_.judged["hreflang"] += 1
                    other = self.file_of(link["href"])
                    back = f'href="{self.base}{urllib.parse.quote(own.removesuffix("index.html"))}"'
                    if other is None or not other.is_file() or back not in other.read_text(encoding="utf-8"):
                        self.fail(own, f"{link['href']} does not lead back to it")

    def twins(self):
        for file in self.folder.rglob("index.md"):
            self.judge_.judged["markdown"] += 1
            own = file.relative_to(self.folder).as_posix()
            head = re.match(r"---\n(.*?\n)---\n", file.read_text(encoding="utf-8"), re.DOTALL)
            if not head:
                self.fail(own, "has no front matter")
                continue
            for line in head.group(1).splitlines():
                name, _, value = line.partition(": ")
                if name not in ("title", "description", "as_of", "review_by", "language", "url"):
                    self.fail(own, f"says {name}, which is not for readers")
                if not isinstance(json.loads(value), str):
                    self.fail(own, f"{name} is no text")
            body = re.sub(r"(```|~~~).*?\1|`[^`\n]*`", "", file.read_text(encoding="utf-8")[head.end() :], flags=re.DOTALL)
            if "<!--" in body:
                self.fail(own, "has a remark of the writer's")
            for pointed, plain in re.findall(r"\]\((?:<([^>\n]*)>|([^)<\s]+))", body):
                self.expect(own, pointed or plain or "./", own)  # an empty one leads nowhere on purpose
        file = self.folder / "llms.txt"
        if file.is_file():
            self.judge_.judged["llms.txt"] += 1
            text = file.read_text(encoding="utf-8")
            if not text.startswith("# "):
                self.fail("llms.txt", "does not begin with a title")
            for address in re.findall(r"^- \[.*?[^\\]\]\(([^)]+)\)", text, re.MULTILINE):
                self.expect("llms.txt", address)

    def hosts(self):
        file = self.folder / "_headers"
        if file.is_file():
            self.judge_.judged["headers"] += 1
            rules, path = {}, None
            for line in file.read_text().splitlines():
                if line.startswith("/"):
                    path = line
                elif not path or not (match := re.fullmatch(r"  ([A-Z][A-Za-z-]+): (\S.*)", line)):
                    self.fail("_headers", f"has a line that is none: {line!r}")
                else:
                    rules[path, match.group(1)] = match.group(2)
            wanted = {("/*", "X-Content-Type-Options"): "nosniff", ("/*", "Referrer-Policy"): "no-referrer"}
            if any(rules.get(key) != value for key, value in wanted.items()):
                self.fail("_headers", "does not protect what is read")
            if "frame-ancestors" not in rules.get(("/*", "Content-Security-Policy"), ""):
                self.fail("_headers", "does not say who may frame a page")
            if "sandbox" not in rules.get(("/*.svg", "Content-Security-Policy"), ""):
                self.fail("_headers", "does not shut pictures in")
        file = self.folder / "_redirects"
        for line in file.read_text().splitlines() if file.is_file() else []:
            self.judge_.judged["redirect"] += 1
            if not re.fullmatch(r"/[^\s:*]* (/|https?://)\S* 301", line):
                self.fail("_redirects", f"has a line that is none: {line!r}")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sites", metavar="SITE_FOLDER", nargs="+", type=pathlib.Path)
    parser.add_argument("--sums", action="store_true")
    options = parser.parse_args(arguments)
    judge = Judge()
    for folder in options.sites:
        Site(judge, folder, options.sums).judge()
    for file, reason in judge.failures:
        print(f"{file}: {reason}")
    kinds = ["sitemap", "robots", "feed", "og", "markdown", "llms.txt", "headers"]
    kinds += ["sums", "card"] if options.sums else ["hreflang", "redirect"]
    print(f"{len(options.sites)} sites judged: " + ", ".join(f"{judge.judged[kind]} {kind}" for kind in kinds))
    lacking = [kind for kind in kinds if not judge.judged[kind]]
    if judge.failures:
        return 1
    if lacking:
        print(f"nothing to judge of: {', '.join(lacking)}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
