#include <stdlib.h>
#include <string.h>

#include "decoding.h"

static uint32_t number(const uint8_t *p, int size, int big) {
    uint32_t value = 0;
    for (int i = 0; i < size; i++) value |= (uint32_t)p[i] << 8 * (big ? size - 1 - i : i);
    return value;
}

int exif_orientation(const uint8_t *exif, size_t count) {
    enum { TAG = 0x0112, SHORT = 3 };
    if (count >= 6 && !memcmp(exif, "Exif\0\0", 6)) exif += 6, count -= 6;
    if (count < 8 || (memcmp(exif, "II", 2) && memcmp(exif, "MM", 2))) return 1;
    int big = exif[0] == 'M';
    size_t directory = number(exif + 4, 4, big);
    if (number(exif + 2, 2, big) != 42 || directory > count - 2) return 1;
    size_t entries = number(exif + directory, 2, big);
    const uint8_t *entry = exif + directory + 2;
    for (size_t left = count - directory - 2; entries > 0 && left >= 12; entries--, entry += 12, left -= 12) {
        if (number(entry, 2, big) != TAG) continue;
        uint32_t value = number(entry + 8, 2, big);
        return number(entry + 2, 2, big) == SHORT && value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

/// Where the first pixel of the upright picture lies in the stored one, and how far apart the next ones are.
enum cic_status make_upright(decoding *d) {
    if (d->orientation == 1) return CIC_OK;
    cic_picture *picture = d->picture;
    ptrdiff_t width = picture->width, height = picture->height;
    int swapped = d->orientation >= 5;
    // From the stored corner that becomes the upper left: along the upright row, and down the upright column.
    ptrdiff_t first = 0, along = 1, down = width;
    switch (d->orientation) {
    case 2: first = width - 1, along = -1, down = width; break;
    case 3: first = width * height - 1, along = -1, down = -width; break;
    case 4: first = width * (height - 1), along = 1, down = -width; break;
    case 5: first = 0, along = width, down = 1; break;
    case 6: first = width * (height - 1), along = -width, down = 1; break;
    case 7: first = width * height - 1, along = -width, down = -1; break;
    case 8: first = width - 1, along = width, down = -1; break;
    }
    uint8_t *upright = malloc((size_t)width * (size_t)height * 3), *to = upright;
    if (!upright) return CIC_OUT_OF_MEMORY;
    for (ptrdiff_t y = 0; y < (swapped ? width : height); y++) {
        const uint8_t *from = picture->pixels + 3 * (first + y * down);
        for (ptrdiff_t x = 0; x < (swapped ? height : width); x++, to += 3, from += 3 * along) memcpy(to, from, 3);
    }
    free(picture->pixels);
    picture->pixels = upright;
    picture->width = (uint32_t)(swapped ? height : width);
    picture->height = (uint32_t)(swapped ? width : height);
    return CIC_OK;
}
