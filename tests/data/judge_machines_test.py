#!/usr/bin/env python3
"""Shows that judge_machines.py fails where it should: a small site that passes, and one broken in each way."""

import contextlib
import hashlib
import io
import pathlib
import struct
import tempfile
import unittest

import judge_machines

BASE = "https://example.org/mali/"
FILES = {
    "index.html": f'<head><link rel="canonical" href="{BASE}"><link rel="alternate" type="text/markdown" href="index.md">'
    f'<meta property="og:title" content="Mali"><meta property="og:image" content="{BASE}card.png"></head>',
    "index.md": '---\ntitle: "Mali"\nlanguage: "en"\n---\n\n[home](./) `<!-- code -->`\n',
    "llms.txt": f"# Mali\n\n- [Mali]({BASE}index.md): why\n",
    "robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {BASE}sitemap.xml\n",
    "sitemap.xml": '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    f"<url><loc>{BASE}</loc><lastmod>2024-01-15</lastmod></url></urlset>",
    "feed.xml": f"""<feed xmlns="http://www.w3.org/2005/Atom"><id>{BASE}feed.xml</id><title>Mali</title>
<updated>2024-01-15T00:00:00Z</updated><author><name>Mali</name></author><link rel="self" href="{BASE}feed.xml"/>
<entry><id>{BASE}</id><title>Mali</title><updated>2024-01-15T00:00:00Z</updated><link href="{BASE}"/></entry></feed>""",
    "_headers": "/*\n  Content-Security-Policy: frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n"
    "  Referrer-Policy: no-referrer\n/*.svg\n  Content-Security-Policy: sandbox\n",
    "_redirects": "/mali/old/ /mali/ 301\n",
    "card.png": b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 1200, 630),
}


class JudgeTest(unittest.TestCase):
    def run_judge(self, changed=(), sums=None):
        files = {name: text.encode() if isinstance(text, str) else text for name, text in {**FILES, **dict(changed)}.items()}
        with tempfile.TemporaryDirectory() as folder:
            listed = sorted(files.keys() - judge_machines.HOST_FILES)
            made = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in listed)
            for name, content in {**files, "SHA256SUMS": (sums or (lambda text: text))(made).encode()}.items():
                (pathlib.Path(folder) / name).write_bytes(content)
            with contextlib.redirect_stdout(io.StringIO()) as said:
                code = judge_machines.main(["--sums", folder])
        return code, said.getvalue()

    def test_the_good_site_passes(self):
        self.assertEqual(self.run_judge(), (0, self.run_judge()[1]))

    def test_each_fault_is_found(self):
        for name, old, new, word in [
            ("index.html", "index.md", "gone.md", "no file"),
            ("index.html", f"{BASE}card.png", f"{BASE}gone.png", "no file"),
            ("index.html", 'og:title" content="Mali', 'og:title" content="', "without a title"),
            ("index.md", "](./)", "](../gone/)", "no file"),
            ("index.md", "language", "draft", "not for readers"),
            ("index.md", "[home]", "<!-- ok -->[home]", "remark"),
            ("llms.txt", "# Mali", "Mali", "title"),
            ("llms.txt", "index.md", "gone.md", "no file"),
            ("robots.txt", "Allow", "Alow", "none"),
            ("sitemap.xml", "2024-01-15", "2024", "no day"),
            ("sitemap.xml", f"<loc>{BASE}", f"<loc>{BASE}gone/", "no file"),
            ("sitemap.xml", f"<loc>{BASE}", "<loc>https://example.com/", "not of this site"),
            ("feed.xml", "<author><name>Mali</name></author>", "", "author"),
            ("feed.xml", "</feed>", "", "well-formed"),
            ("feed.xml", "</title>\n", f"</title><subtitle>{'x' * 31_000}</subtitle>\n", "bytes"),
            ("_headers", "frame-ancestors 'none'", "default-src 'none'", "frame"),
            ("_headers", "sandbox", "x", "shut"),
            ("_headers", "nosniff", "sniff", "protect"),
            ("_headers", "  Referrer", " Referrer", "none"),
            ("_redirects", " 301", "", "none"),
        ]:
            with self.subTest(name=name, new=new):
                self.assertIn(old, FILES[name])
                code, said = self.run_judge({name: FILES[name].replace(old, new, 1)})
                self.assertEqual(code, 1, said)
                self.assertIn(word, said)

    def test_a_card_of_another_size(self):
        for card in (FILES["card.png"].replace(struct.pack(">I", 1200), struct.pack(">I", 1201)), FILES["card.png"] + bytes(100_000)):
            self.assertEqual(self.run_judge({"card.png": card})[0], 1)

    def test_sums(self):
        for wrong in (
            lambda text: text.replace("  card.png", "  other.png"),
            lambda text: "".join(reversed(text.splitlines(True))),
            lambda text: text.replace(text[0], "f" if text[0] != "f" else "e", 1),
            lambda text: text.replace("  ", " ", 1),
            lambda text: text.split("\n", 1)[1],
        ):
            self.assertEqual(self.run_judge(sums=wrong)[0], 1)

    def test_nothing_to_judge(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(judge_machines.main([folder]), 2)


if __name__ == "__main__":
    unittest.main()
