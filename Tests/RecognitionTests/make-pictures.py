"""Makes the small pictures in Pictures/, and beside each what Pillow sees in it, as .ppm: make-pictures.py (with Pillow).

What Pillow cannot write is written here byte by byte. Run by hand when a picture is added; the results are committed.
"""

import io
import os
import struct
import zlib

from PIL import Image, ImageDraw, ImageOps

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Pictures")
WIDTH, HEIGHT = 37, 23


def drawing(mode="RGB"):
    """Slopes of colour with a mark that is the same from no two sides."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            image.putpixel((x, y), (x * 255 // (WIDTH - 1), y * 255 // (HEIGHT - 1), 255 - (x + y) * 255 // 58))
    draw = ImageDraw.Draw(image)
    draw.rectangle((3, 3, 12, 6), fill=(255, 255, 255))
    draw.rectangle((3, 3, 5, 16), fill=(20, 20, 20))
    return image.convert(mode)


def with_alpha():
    image = drawing("RGBA")
    for y in range(HEIGHT):
        for x in range(WIDTH):
            image.putpixel((x, y), image.getpixel((x, y))[:3] + ((x * 7 + y * 3) % 256,))
    return image


def seen(content):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (255, 255, 255, 255)), rgba)
    return image.convert("RGB")


def write(name, content, expected=None):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(content)
    (expected or seen(content)).save(os.path.join(FOLDER, os.path.splitext(name)[0] + ".ppm"))


def saved(image, format, **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, depth, kind, rows, interlace=0, more=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(rows, 9))
            + chunk(b"IEND", b""))


def interlaced_rows(image):
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = b""
    for left, top, across, down in passes:
        for y in range(top, image.height, down):
            pixels = [bytes(image.getpixel((x, y))) for x in range(left, image.width, across)]
            rows += b"\0" + b"".join(pixels) if pixels else b""
    return rows


def main():
    os.makedirs(FOLDER, exist_ok=True)
    rgb, rgba = drawing(), with_alpha()
    write("jpeg-444.jpg", saved(rgb, "JPEG", quality=92, subsampling=0))
    write("jpeg-420.jpg", saved(rgb, "JPEG", quality=85, subsampling=2))
    write("jpeg-progressive.jpg", saved(rgb, "JPEG", quality=85, progressive=True))
    write("jpeg-gray.jpg", saved(rgb.convert("L"), "JPEG"))
    write("jpeg-cmyk.jpg", saved(rgb.convert("CMYK"), "JPEG", quality=92))
    for orientation in range(1, 9):
        write(f"jpeg-orientation-{orientation}.jpg", saved(rgb, "JPEG", quality=92, exif=exif(orientation)))
    write("png-rgb.png", saved(rgb, "PNG"))
    write("png-rgba.png", saved(rgba, "PNG"))
    write("png-gray.png", saved(rgb.convert("L"), "PNG"))
    write("png-gray-alpha.png", saved(rgba.convert("LA"), "PNG"))
    write("png-one-bit.png", saved(rgb.convert("1"), "PNG"))
    write("png-palette.png", saved(rgb.quantize(31), "PNG"))
    write("png-palette-alpha.png", saved(rgba.quantize(31), "PNG"))
    write("png-orientation-6.png", saved(rgb, "PNG", exif=exif(6)))
    write("png-interlaced.png", png(WIDTH, HEIGHT, 8, 2, interlaced_rows(rgb), interlace=1), rgb)
    write("png-interlaced-alpha.png", png(WIDTH, HEIGHT, 8, 6, interlaced_rows(rgba), interlace=1),
          seen(saved(rgba, "PNG")))
    rows = b"".join(b"\0" + b"".join(struct.pack(">HHH", *(value * 257 for value in rgb.getpixel((x, y))))
                                    for x in range(WIDTH)) for y in range(HEIGHT))
    write("png-sixteen-bit.png", png(WIDTH, HEIGHT, 16, 2, rows), rgb)
    palette = rgb.quantize(32)
    write("gif-still.gif", saved(palette, "GIF", interlace=0))
    write("gif-interlaced.gif", saved(palette, "GIF", interlace=1))
    write("gif-animated.gif", saved(palette, "GIF", save_all=True,
                                   append_images=[palette.transpose(Image.Transpose.ROTATE_180)], duration=100))
    part = bytearray(saved(palette.crop((5, 4, 25, 20)), "GIF", interlace=0))
    # The canvas becomes larger than the picture, which lies at 6, 3 in it.
    part[6:10] = struct.pack("<HH", WIDTH, HEIGHT)
    at = part.index(b"\x2c\0\0\0\0" + struct.pack("<HH", 20, 16))
    part[at + 1:at + 5] = struct.pack("<HH", 6, 3)
    white = Image.new("RGB", (WIDTH, HEIGHT), (255, 255, 255))
    white.paste(palette.convert("RGB").crop((5, 4, 25, 20)), (6, 3))
    write("gif-part.gif", bytes(part), white)
    clear = palette.copy()
    write("gif-transparent.gif", saved(clear, "GIF", transparency=clear.getpixel((4, 10)), interlace=0))
    write("webp-lossy.webp", saved(rgb, "WEBP", quality=90))
    write("webp-lossless.webp", saved(rgb, "WEBP", lossless=True))
    write("webp-alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True))
    write("webp-orientation-8.webp", saved(rgb, "WEBP", lossless=True, exif=exif(8)))
    write("webp-animated.webp", saved(rgb, "WEBP", save_all=True, lossless=True,
                                     append_images=[rgb.transpose(Image.Transpose.ROTATE_180)], duration=100))
    one = Image.new("RGB", (1, 1), (12, 200, 99))
    write("one-pixel.png", saved(one, "PNG"))
    # 100 million pixels in 12 KB, and 400 million in 50.
    row = b"\0" + b"\xaa" * 1250
    with open(os.path.join(FOLDER, "bomb.png"), "wb") as file:
        file.write(png(10000, 10000, 1, 0, row * 10000))
    row = b"\0" + bytes(2500)
    with open(os.path.join(FOLDER, "too-large.png"), "wb") as file:
        file.write(png(20000, 20000, 1, 0, row * 20000))


main()
