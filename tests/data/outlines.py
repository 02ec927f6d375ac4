"""Makes `src/output/map/outlines.gz`, the outlines of countries that the program carries, from Natural Earth's (public domain).

Run once, by hand: `python3 outlines.py countries-50m.json countries-10m.json iso_3166-1.json OUT`, with the first two from the npm package
`world-atlas` 2.0.2 and the third from Debian's `iso-codes`. What it writes is described in `src/output/map/outlines.rs`.
"""

import gzip
import heapq
import json
import math
import sys

UNIT = 0.01  # degrees
SMALLEST = 0.005  # square degrees of latitude: what a line loses with a point that is left out
ISLAND = 0.01  # square degrees: smaller islands are left out, but for countries that have little else
LITTLE = 1.0  # square degrees: what a country has that keeps all its islands

# Where Natural Earth files a part otherwise than ISO 3166 does: name or code there, and in which box its middle lies.
NAMED = {"Somaliland": "SOM", "N. Cyprus": "CYP"}
PARTS = [
    ("RUS", "UKR", 32, 44, 37, 46.5),
    ("FRA", "GUF", -55, 2, -51, 6),
    ("FRA", "GLP", -62, 15.8, -60.9, 16.6),
    ("FRA", "MTQ", -61.3, 14.3, -60.7, 15),
    ("FRA", "REU", 55, -21.5, 56, -20.8),
    ("FRA", "MYT", 45, -13.1, 45.4, -12.6),
    ("NOR", "SJM", 8, 76, 35, 81),
    ("NOR", "SJM", -10, 70.5, -7, 71.5),
    ("NLD", "BES", -68.5, 12, -62.9, 17.7),
]


def unwrapped(points):
    """A line that does not jump from one side of the map to the other."""
    line = [points[0]]
    for x, y in points[1:]:
        while x - line[-1][0] > 180:
            x -= 360
        while x - line[-1][0] < -180:
            x += 360
        line.append((x, y))
    return line


def decoded(topology):
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        yield unwrapped(points)


def area(points):
    sides = zip(points, points[1:] + points[:1])
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in sides)) / 2 * math.cos(math.radians(points[0][1]))


def simplified(points, keep):
    """Visvalingam's algorithm: the point whose triangle with its neighbours is smallest goes first."""
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))

    def triangle(at):
        (ax, ay), (bx, by), (cx, cy) = points[before[at]], points[at], points[after[at]]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2 * math.cos(math.radians(by))

    left = len(points)
    heap = [(triangle(at), at) for at in range(1, len(points) - 1)]
    known = dict((at, size) for size, at in heap)
    heapq.heapify(heap)
    largest = 0.0
    while heap and left > keep:
        size, at = heapq.heappop(heap)
        if known.get(at) != size:
            continue
        largest = max(largest, size)
        if largest > SMALLEST:
            break
        del known[at]
        left -= 1
        for one in (before[at], after[at]):
            if one == before[at]:
                after[one] = after[at]
            else:
                before[one] = before[at]
        for one in (before[at], after[at]):
            if one in known:
                known[one] = max(triangle(one), size)
                heapq.heappush(heap, (known[one], one))
    kept, at = [0], after[0]
    while at < len(points):
        kept.append(at)
        at = after[at]
    return [points[at] for at in kept]


def rings_of(geometry):
    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for part in parts:
        yield part


def collect(topology, codes, wanted):
    """The parts of each country: lists of rings, each a list of arcs."""
    arcs = list(decoded(topology))
    countries = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        if not geometry.get("arcs"):
            continue
        named = NAMED.get(geometry["properties"]["name"], "---")
        code = codes.get(geometry.get("id"), named)
        if code == "ATA":
            continue  # It surrounds a pole, where these maps end.
        for part in rings_of(geometry):
            points = [point for ref in part[0] for point in arcs[ref if ref >= 0 else ~ref]]
            x, y = sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
            of = next((to for whose, to, w, s, e, n in PARTS if whose == code and w <= x <= e and s <= y <= n), code)
            if wanted(of):
                countries.setdefault(of, []).append(part)
    return arcs, countries


def main(medium, fine, iso, out):
    codes = {entry["numeric"]: entry["alpha_3"] for entry in json.load(open(iso))["3166-1"]}
    arcs, countries = collect(json.load(open(medium)), codes, lambda code: True)
    more_arcs, more = collect(json.load(open(fine)), codes, lambda code: code not in countries and code != "---")
    shift = len(arcs)
    for code, parts in more.items():
        moved = [[[ref + shift if ref >= 0 else ~(~ref + shift) for ref in ring] for ring in part] for part in parts]
        countries[code] = moved
    arcs += more_arcs
    kept, written, table = {}, [], []
    for code in sorted(countries):
        parts = countries[code]
        size = lambda part: area([p for ref in part[0] for p in arcs[ref if ref >= 0 else ~ref]])
        sizes = [size(part) for part in parts]
        total = sum(sizes)
        shown = [part for part, own in zip(parts, sizes) if own >= ISLAND or total < LITTLE or own == max(sizes)]
        rings = []
        for part in shown:
            for ring in part:
                refs = []
                for ref in ring:
                    arc = ref if ref >= 0 else ~ref
                    if arc not in kept:
                        kept[arc] = len(written)
                        is_closed = arcs[arc][0] == arcs[arc][-1]
                        written.append(simplified(arcs[arc], 4 if is_closed else 2))
                    refs.append(kept[arc] if ref >= 0 else ~kept[arc])
                rings.append(refs)
        table.append((code, rings))
    data = bytearray()

    def number(value):
        while value > 127:
            data.append(value & 127 | 128)
            value >>= 7
        data.append(value)

    def signed(value):
        number(value * 2 if value >= 0 else -value * 2 - 1)

    number(len(written))
    points = 0
    for arc in written:
        line = [(round(x / UNIT), round(y / UNIT)) for x, y in arc]
        line = [point for at, point in enumerate(line) if at == 0 or at == len(line) - 1 or point != line[at - 1]]
        points += len(line)
        number(len(line))
        x = y = 0
        for px, py in line:
            signed(px - x)
            signed(py - y)
            x, y = px, py
    number(len(table))
    for code, rings in table:
        data.extend(code.encode())
        number(len(rings))
        for ring in rings:
            number(len(ring))
            for ref in ring:
                signed(ref)
    packed = gzip.compress(bytes(data), 9, mtime=0)
    open(out, "wb").write(packed)
    missing = sorted(set(codes.values()) - set(countries))
    print(f"{len(table)} countries, {points} points, {len(data)} bytes, {len(packed)} compressed; without outline: {missing}")


if __name__ == "__main__":
    main(*sys.argv[1:])
