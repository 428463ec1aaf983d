"""Draws pages and signs with known text, has them read, and says how many words came back exactly.

    pages.py FOLDER                     draw the pages into FOLDER, with pages.json beside them
    pages.py FOLDER text-figures [-v]   … have the program read them, print the table (-v: and what was read otherwise);
                                        fails where fewer than 95 of 100 upright words come back
    pages.py FOLDER --few               draw the few that the tests read

Five fonts, three sizes, six angles, the same text each time (the randomness is seeded). Signs are drawn onto the photographs
in FOLDER/photographs; without any there are no signs. Needs fonts-dejavu-core and fonts-liberation.
"""

import json
import pathlib
import random
import subprocess
import sys

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = {
    "DejaVu Sans": "dejavu/DejaVuSans.ttf",
    "DejaVu Serif": "dejavu/DejaVuSerif.ttf",
    "Liberation Sans": "liberation/LiberationSans-Regular.ttf",
    "Liberation Serif": "liberation/LiberationSerif-Regular.ttf",
    "Liberation Mono": "liberation/LiberationMono-Regular.ttf",
}
SIZES = [16, 28, 48]
ANGLES = [0, 90, 15]
WORDS = """Invoice order number total amount due date customer street London Berlin keyboard wireless screen delivery
thank you for your visit please keep this ticket with the following items are included in price each per month every
morning train platform leaves from station garden museum entrance closed open until winter summer picture camera lens
light shadow river bridge window yellow green quick brown jumps over lazy dog seven eight twenty hundred account office
paper signed between parties agreement shall remain valid unless otherwise stated history chapter question answer""".split()
SIGNS = ["MAIN STREET 42", "EXIT PLATFORM 9", "NO PARKING", "Town Museum", "Fresh Coffee", "OPEN DAILY 8-18", "Harbour Walk",
         "SALE 50% OFF", "Caution Wet Floor", "Bakery & Deli", "TAXI", "Route 66"]


def font(name, size):
    return ImageFont.truetype("/usr/share/fonts/truetype/" + FONTS.get(name, name), size)


def sentence(source, length):
    words = [source.choice(WORDS) for _ in range(length)]
    words[0] = words[0].capitalize()
    if source.random() < 0.5:
        words.insert(source.randrange(1, len(words) + 1), f"{source.randint(1, 9999)}.{source.randint(10, 99)}")
    if source.random() < 0.4:
        words[source.randrange(len(words) - 1)] += ","
    words[-1] += source.choice([".", "", "!", "?", ":"])
    return words


def page(source, name, size, angle, lines=6):
    """A page of lines of text; the picture and its words."""
    face = font(name, size)
    text = [sentence(source, source.randint(3, 6)) for _ in range(lines)]
    step = round(size * source.uniform(1.4, 1.9))
    width = max(round(face.getlength(" ".join(line))) for line in text) + 2 * size
    paper = tuple(source.randint(225, 255) for _ in range(3))
    ink = tuple(source.randint(0, 70) for _ in range(3))
    picture = Image.new("RGB", (width, step * lines + 2 * size), paper)
    draw = ImageDraw.Draw(picture)
    for row, line in enumerate(text):
        draw.text((size, size + row * step), " ".join(line), font=face, fill=ink)
    return picture.rotate(angle, Image.BICUBIC, expand=True, fillcolor=paper), text


def sign(source, photograph, angle):
    """A sign drawn onto a photograph: painted, turned a little, softened like the photograph itself."""
    picture = photograph.convert("RGB")
    if picture.width < 640:
        picture = picture.resize((640, round(640 * picture.height / picture.width)), Image.BICUBIC)
    text = source.choice(SIGNS)
    face = font(source.choice(["dejavu/DejaVuSans-Bold.ttf", "liberation/LiberationSans-Bold.ttf"]), 120)
    left, top, right, bottom = face.getbbox(text)
    margin = 40
    board = Image.new("RGBA", (right + 2 * margin, bottom - top + 2 * margin))
    draw = ImageDraw.Draw(board)
    colour, letters = source.choice([((20, 80, 40), (255, 255, 255)), ((30, 50, 130), (255, 255, 255)),
                                     ((250, 210, 40), (20, 20, 20)), ((245, 245, 240), (170, 20, 30))])
    draw.rounded_rectangle((0, 0, board.width - 1, board.height - 1), 30, fill=colour + (255,), outline=letters + (255,), width=8)
    draw.text((margin, margin - top), text, font=face, fill=letters + (255,))
    turned = board.rotate(angle + source.uniform(-4, 4), Image.BICUBIC, expand=True)
    share = source.uniform(0.4, 0.75)
    scale = min(picture.width * share / turned.width, picture.height * 0.8 / turned.height)
    turned = turned.resize((max(1, round(turned.width * scale)), max(1, round(turned.height * scale))), Image.LANCZOS)
    turned = turned.filter(ImageFilter.GaussianBlur(0.6))
    place = (source.randint(0, picture.width - turned.width), source.randint(0, picture.height - turned.height))
    picture.paste(turned, place, turned)
    return picture, [text.split()]


def draw_all(folder, photographs):
    source = random.Random(20417)
    pages = []

    def keep(name, group, picture, text, **more):
        path = folder / f"{name}.png"
        picture.save(path, compress_level=1)
        pages.append({"file": str(path), "group": group, "lines": [" ".join(line) for line in text], **more})

    for angle in ANGLES + [180, 270, -30]:
        for name in FONTS:
            for size in SIZES:
                picture, text = page(source, name, size, angle)
                keep(f"page-{name.replace(' ', '')}-{size}-{angle}", f"page {angle}°", picture, text, font=name, size=size)
    for number, photograph in enumerate(photographs):
        for angle in ANGLES:
            for turn in range(6):
                picture, text = sign(source, Image.open(photograph), angle)
                keep(f"sign-{number}-{angle}-{turn}", f"sign {angle}°", picture, text)
    (folder / "pages.json").write_text(json.dumps(pages, indent=1))
    return pages


def draw_few(folder, photographs):
    """One page of each font, small files; signs on photographs."""
    source = random.Random(5)
    truth = {}
    for name, size, angle in (("DejaVu Sans", 16, 0), ("DejaVu Serif", 28, 90), ("Liberation Sans", 28, 15),
                              ("Liberation Serif", 40, 0), ("Liberation Mono", 24, 180)):
        picture, text = page(source, name, size, angle)
        file = f"{name.replace(' ', '-').lower()}-{size}-{angle}.png"
        picture.quantize(16).save(folder / file, optimize=True)
        truth[file] = [" ".join(line) for line in text]
    for photograph, angle in zip(photographs, (0, 15)):
        picture, text = sign(source, Image.open(photograph), angle)
        file = f"sign-{photograph.stem}-{angle}.jpg"
        picture.save(folder / file, quality=75)
        truth[file] = [" ".join(line) for line in text]
    (folder / "pages.json").write_text(json.dumps(truth, indent=2) + "\n")


def matched(expected, found):
    """How many of the expected words were found, each finding counted once."""
    left = list(found)
    count = 0
    for word in expected:
        if word in left:
            left.remove(word)
            count += 1
    return count


def compare(pages, answers, verbose=False):
    table = {}
    for page in pages:
        answer = answers[page["file"]]
        expected = " ".join(page["lines"]).split()
        found = [d["text"] for d in answer["detections"] if d["kind"] == "word"]
        lines = [d["text"] for d in answer["detections"] if d["kind"] == "line"]
        keys = [page["group"]]
        if "font" in page:
            keys += [f"  {page['group']} size {page['size']}"]
        for key in keys:
            row = table.setdefault(key, [0, 0, 0, 0, []])
            row[0] += matched(expected, found)
            row[1] += len(expected)
            row[2] += len(found)
            row[3] += lines == page["lines"]
            row[4].append(answer["milliseconds"])
        if verbose and matched(expected, found) < len(expected):
            print(page["file"], *(f"\n   want {want}" for want in page["lines"]), *(f"\n    got {got}" for got in lines))
    print(f"{'':24} {'words':>6} {'right':>8} {'precise':>8} {'whole pages':>12} {'ms':>7}")
    for key in sorted(table, key=lambda key: key.strip()):
        right, expected, found, whole, times = table[key]
        print(f"{key:24} {expected:6} {right / expected:8.1%} {right / max(found, 1):8.1%} {whole:5} of {len(times):3} "
              f"{sorted(times)[len(times) // 2]:7.0f}")
    return table


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    photographs = sorted((folder / "photographs").glob("*"))
    if "--few" in sys.argv:
        draw_few(folder, photographs)
        return
    pages = draw_all(folder, photographs)
    if len(sys.argv) > 2:
        out = subprocess.run([sys.argv[2], *(page["file"] for page in pages)], stdout=subprocess.PIPE, check=True, text=True)
        answers = {answer["file"]: answer for answer in map(json.loads, out.stdout.splitlines())}
        table = compare(pages, answers, verbose="-v" in sys.argv)
        print(f"peak memory {max(answer['megabytes'] for answer in answers.values()):.0f} MB")
        if any(table[key][0] < 0.95 * table[key][1] for key in ("page 0°", "sign 0°") if key in table):
            sys.exit("Fewer than 95 of 100 upright words came back.")


if __name__ == "__main__":
    main()
