#include "decoding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cic_format cic_recognize(const uint8_t *bytes, size_t count) {
    if (count >= 3 && !memcmp(bytes, "\xFF\xD8\xFF", 3)) return CIC_JPEG;
    if (count >= 8 && !memcmp(bytes, "\x89PNG\r\n\x1A\n", 8)) return CIC_PNG;
    if (count >= 6 && (!memcmp(bytes, "GIF87a", 6) || !memcmp(bytes, "GIF89a", 6))) return CIC_GIF;
    if (count >= 12 && !memcmp(bytes, "RIFF", 4) && !memcmp(bytes + 8, "WEBP", 4)) return CIC_WEBP;
    return CIC_NO_FORMAT;
}

enum cic_status cic_decode(const uint8_t *bytes, size_t count, const cic_limits *limits, cic_picture *picture) {
    memset(picture, 0, sizeof *picture);
    decoding d = {.bytes = bytes, .count = count, .limits = limits, .picture = picture, .orientation = 1, .factor = 1};
    picture->format = cic_recognize(bytes, count);
    enum cic_status status = CIC_NOT_AN_IMAGE;
    switch (picture->format) {
    case CIC_NO_FORMAT: break;
    case CIC_JPEG: status = decode_jpeg(&d); break;
    case CIC_PNG: status = decode_png(&d); break;
    case CIC_GIF: status = decode_gif(&d); break;
    case CIC_WEBP: status = decode_webp(&d); break;
    }
    free(d.sums);
    if (status == CIC_OK) status = make_upright(&d);
    if (status != CIC_OK) cic_close(picture);
    return status;
}

void cic_close(cic_picture *picture) {
    free(picture->pixels);
    picture->pixels = NULL;
}

void cic_free(uint8_t *encoded) { free(encoded); }

enum cic_status fail(decoding *d, enum cic_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(d->picture->message, CIC_MESSAGE_SIZE, format, arguments);
    va_end(arguments);
    return status;
}

enum cic_status check_size(decoding *d, uint64_t width, uint64_t height) {
    d->picture->stored_width = (uint32_t)width;
    d->picture->stored_height = (uint32_t)height;
    if (!width || !height) return fail(d, CIC_DAMAGED, "it has no pixels");
    if (width > d->limits->side || height > d->limits->side || width * height > d->limits->area) return CIC_TOO_LARGE;
    return CIC_OK;
}

enum cic_status get_pixels(decoding *d, uint32_t width, uint32_t height) {
    d->picture->width = width;
    d->picture->height = height;
    d->picture->pixels = malloc((size_t)width * height * 3);
    return d->picture->pixels ? CIC_OK : CIC_OUT_OF_MEMORY;
}

enum cic_status begin_reducing(decoding *d) {
    uint64_t width = d->picture->stored_width, height = d->picture->stored_height;
    uint32_t n = 1;
    // A sum of 16 x 16 values is the largest that 16 bits hold.
    while (n < 16 && ((width + n - 1) / n) * ((height + n - 1) / n) > d->limits->kept) n++;
    uint32_t reduced_width = (uint32_t)((width + n - 1) / n), reduced_height = (uint32_t)((height + n - 1) / n);
    if ((uint64_t)reduced_width * reduced_height > d->limits->kept) return CIC_TOO_LARGE;
    d->factor = n;
    if (n > 1) {
        d->sums = calloc((size_t)reduced_width * reduced_height * 3, sizeof *d->sums);
        if (!d->sums) return CIC_OUT_OF_MEMORY;
    }
    return get_pixels(d, reduced_width, reduced_height);
}

void put_pixels(decoding *d, uint32_t x, uint32_t step, uint32_t y, const uint8_t *rgb, uint32_t count) {
    uint32_t width = d->picture->width, n = d->factor;
    if (n == 1) {
        uint8_t *row = d->picture->pixels + (size_t)y * width * 3;
        if (step == 1) {
            memcpy(row + (size_t)x * 3, rgb, (size_t)count * 3);
            return;
        }
        for (uint32_t i = 0; i < count; i++, rgb += 3) memcpy(row + (size_t)(x + i * step) * 3, rgb, 3);
        return;
    }
    uint16_t *row = d->sums + (size_t)(y / n) * width * 3;
    for (uint32_t i = 0; i < count; i++, rgb += 3) {
        uint16_t *cell = row + (size_t)((x + i * step) / n) * 3;
        cell[0] += rgb[0], cell[1] += rgb[1], cell[2] += rgb[2];
    }
}

void finish_reducing(decoding *d) {
    if (d->factor == 1) return;
    uint32_t n = d->factor, width = d->picture->width, height = d->picture->height;
    const uint16_t *sum = d->sums;
    uint8_t *value = d->picture->pixels;
    for (uint32_t y = 0; y < height; y++) {
        uint32_t down = d->picture->stored_height - y * n < n ? d->picture->stored_height - y * n : n;
        for (uint32_t x = 0; x < width; x++) {
            uint32_t across = d->picture->stored_width - x * n < n ? d->picture->stored_width - x * n : n;
            uint32_t area = across * down;
            for (int c = 0; c < 3; c++) *value++ = (uint8_t)((*sum++ + area / 2) / area);
        }
    }
}
