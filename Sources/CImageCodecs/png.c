#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "decoding.h"

/// Texts, profiles and the like, unpacked: the most that one may take.
enum { MOST_OF_A_CHUNK = 8 << 20, MOST_CHUNKS = 1000 };

typedef struct {
    png_structp png;
    png_infop info;
    decoding *decoding;
    size_t taken;
    enum cic_status status;
    uint8_t *row;
} reading;

static void give_up(png_structp png, png_const_charp text) {
    reading *r = png_get_error_ptr(png);
    // One of out-of-memory messages is all that tells it from damage.
    r->status = strstr(text, "emory") ? CIC_OUT_OF_MEMORY : fail(r->decoding, CIC_DAMAGED, "%s", text);
    png_longjmp(png, 1);
}

static void stay_silent(png_structp png, png_const_charp text) { (void)png, (void)text; }

static void take(png_structp png, png_bytep to, size_t count) {
    reading *r = png_get_io_ptr(png);
    if (count > r->decoding->count - r->taken) png_error(png, "the file ends early");
    memcpy(to, r->decoding->bytes + r->taken, count);
    r->taken += count;
}

/// Colours with alpha to colours over white, in place.
static void flatten(uint8_t *row, uint32_t count) {
    const uint8_t *from = row;
    for (uint32_t i = 0; i < count; i++, from += 4, row += 3)
        for (int c = 0; c < 3; c++) row[c] = over_white(from[c], from[3]);
}

static void read_rows(reading *r) {
    static const uint32_t first_column[] = {0, 4, 0, 2, 0, 1, 0}, column_step[] = {8, 8, 4, 4, 2, 2, 1};
    static const uint32_t first_row[] = {0, 0, 4, 0, 2, 0, 1}, row_step[] = {8, 8, 8, 4, 4, 2, 2};
    decoding *d = r->decoding;
    uint32_t width = d->picture->stored_width, height = d->picture->stored_height;
    int has_alpha = png_get_channels(r->png, r->info) == 4;
    int interlaced = png_get_interlace_type(r->png, r->info) == PNG_INTERLACE_ADAM7;
    for (int pass = 0; pass < (interlaced ? 7 : 1); pass++) {
        uint32_t x = interlaced ? first_column[pass] : 0, across = interlaced ? column_step[pass] : 1;
        uint32_t down = interlaced ? row_step[pass] : 1;
        if (x >= width) continue;
        uint32_t count = (width - x + across - 1) / across;
        for (uint32_t y = interlaced ? first_row[pass] : 0; y < height; y += down) {
            png_read_row(r->png, r->row, NULL);
            if (has_alpha) flatten(r->row, count);
            put_pixels(d, x, across, y, r->row, count);
        }
    }
}

static void read_picture(reading *r) {
    decoding *d = r->decoding;
    png_structp png = r->png;
    png_set_read_fn(png, r, take);
    // The limits are held here, so that a picture which is too large is told from a damaged one.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, MOST_OF_A_CHUNK);
    png_set_chunk_cache_max(png, MOST_CHUNKS);
    png_read_info(png, r->info);
    if ((r->status = check_size(d, png_get_image_width(png, r->info), png_get_image_height(png, r->info))) != CIC_OK) return;
    png_bytep exif = NULL;
    png_uint_32 exif_size = 0;
    if (png_get_eXIf_1(png, r->info, &exif_size, &exif)) d->orientation = exif_orientation(exif, exif_size);
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_read_update_info(png, r->info);
    if ((r->status = begin_reducing(d)) != CIC_OK) return;
    r->row = malloc(png_get_rowbytes(png, r->info));
    if (!r->row) {
        r->status = CIC_OUT_OF_MEMORY;
        return;
    }
    read_rows(r);
    finish_reducing(d);
    r->status = CIC_OK;
}

/// Stands between the long jump and the variables that must survive it.
static void read_guarded(reading *r) {
    if (setjmp(png_jmpbuf(r->png))) return;
    read_picture(r);
}

enum cic_status decode_png(decoding *d) {
    reading *r = calloc(1, sizeof *r);
    if (!r) return CIC_OUT_OF_MEMORY;
    r->decoding = d;
    r->status = CIC_OUT_OF_MEMORY;
    r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r, give_up, stay_silent);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    if (r->info) read_guarded(r);
    png_destroy_read_struct(r->png ? &r->png : NULL, r->info ? &r->info : NULL, NULL);
    enum cic_status status = r->status;
    free(r->row);
    free(r);
    return status;
}

/// A file that grows in memory.
typedef struct {
    uint8_t *bytes;
    size_t count, capacity;
} growing;

static void append(png_structp png, png_bytep from, size_t count) {
    growing *to = png_get_io_ptr(png);
    if (count > to->capacity - to->count) {
        size_t capacity = (to->count + count) * 2;
        uint8_t *bytes = realloc(to->bytes, capacity);
        if (!bytes) png_error(png, "Out of memory");
        to->bytes = bytes;
        to->capacity = capacity;
    }
    memcpy(to->bytes + to->count, from, count);
    to->count += count;
}

static void jump(png_structp png, png_const_charp text) {
    (void)text;
    png_longjmp(png, 1);
}

static int write_guarded(png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height) {
    if (setjmp(png_jmpbuf(png))) return -1;
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * 3);
    png_write_end(png, info);
    return 0;
}

enum cic_status cic_encode_png(
    const uint8_t *pixels, uint32_t width, uint32_t height, uint8_t **encoded, size_t *count) {
    growing file = {0};
    int failed = -1;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, jump, stay_silent);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info) {
        png_set_write_fn(png, &file, append, NULL);
        failed = write_guarded(png, info, pixels, width, height);
    }
    png_destroy_write_struct(png ? &png : NULL, info ? &info : NULL);
    if (failed) {
        free(file.bytes);
        return CIC_OUT_OF_MEMORY;
    }
    *encoded = file.bytes;
    *count = file.count;
    return CIC_OK;
}
