#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "decoding.h"

/// A progressive picture keeps all its coefficients; the most that they may take.
enum { MOST_MEMORY = 256 << 20 };
/// Each scan of a progressive picture goes over all of it again, and may cost only a few bytes.
enum { MOST_SCANS = 100 };

typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf jump;
    decoding *decoding;
    enum cic_status status;
    /// A row of cyan, magenta, yellow and black, where the picture has these.
    uint8_t *inks;
} reading;

static void give_up(j_common_ptr jpeg) {
    reading *r = jpeg->client_data;
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY: r->status = CIC_OUT_OF_MEMORY; break;
    case JERR_NO_BACKING_STORE:
        r->status = fail(r->decoding, CIC_UNSUPPORTED, "it is progressive, and too large for that");
        break;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_ARITH_NOTIMPL: r->status = fail(r->decoding, CIC_UNSUPPORTED, "%s", text); break;
    default: r->status = fail(r->decoding, CIC_DAMAGED, "%s", text);
    }
    longjmp(r->jump, 1);
}

/// The library goes on after the end of the data, and makes up the rest: that is no right picture.
static void note(j_common_ptr jpeg, int level) {
    if (level < 0 && (jpeg->err->msg_code == JWRN_JPEG_EOF || jpeg->err->msg_code == JWRN_HIT_MARKER)) give_up(jpeg);
}

static void stay_silent(j_common_ptr jpeg) { (void)jpeg; }

static void count_scans(j_common_ptr jpeg) {
    reading *r = jpeg->client_data;
    if (r->jpeg.input_scan_number <= MOST_SCANS) return;
    r->status = fail(r->decoding, CIC_DAMAGED, "it has more than %d scans", MOST_SCANS);
    longjmp(r->jump, 1);
}

static void read_orientation(reading *r) {
    for (jpeg_saved_marker_ptr marker = r->jpeg.marker_list; marker; marker = marker->next)
        if (marker->data_length > 6 && !memcmp(marker->data, "Exif\0\0", 6)) {
            r->decoding->orientation = exif_orientation(marker->data, marker->data_length);
            return;
        }
}

/// The largest of eight sizes that fits.
static void choose_scale(reading *r) {
    for (unsigned eighths = 8; eighths >= 1; eighths--) {
        r->jpeg.scale_num = eighths;
        r->jpeg.scale_denom = 8;
        jpeg_calc_output_dimensions(&r->jpeg);
        if ((uint64_t)r->jpeg.output_width * r->jpeg.output_height <= r->decoding->limits->kept) return;
    }
}

/// Inks to light. Adobe's programs store inks the other way round, and say so by their marker.
static void convert_inks(const uint8_t *inks, uint8_t *rgb, uint32_t count, int inverted) {
    for (uint32_t i = 0; i < count; i++, inks += 4, rgb += 3) {
        unsigned black = inverted ? inks[3] : 255u - inks[3];
        for (int c = 0; c < 3; c++) {
            unsigned light = inverted ? inks[c] : 255u - inks[c];
            rgb[c] = (uint8_t)((light * black + 127u) / 255u);
        }
    }
}

static void read_picture(reading *r) {
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    decoding *d = r->decoding;
    jpeg_mem_src(jpeg, d->bytes, (unsigned long)d->count);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(jpeg, TRUE);
    read_orientation(r);
    if ((r->status = check_size(d, jpeg->image_width, jpeg->image_height)) != CIC_OK) return;
    int has_inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
    choose_scale(r);
    if ((r->status = get_pixels(d, jpeg->output_width, jpeg->output_height)) != CIC_OK) return;
    if (has_inks && !(r->inks = malloc((size_t)jpeg->output_width * 4))) {
        r->status = CIC_OUT_OF_MEMORY;
        return;
    }
    jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = d->picture->pixels + (size_t)jpeg->output_scanline * jpeg->output_width * 3;
        JSAMPROW target = has_inks ? r->inks : row;
        jpeg_read_scanlines(jpeg, &target, 1);
        if (has_inks) convert_inks(r->inks, row, jpeg->output_width, jpeg->saw_Adobe_marker);
    }
    r->status = CIC_OK;
}

/// Stands between the long jump and the variables that must survive it.
static void read_guarded(reading *r) {
    if (setjmp(r->jump)) return;
    jpeg_create_decompress(&r->jpeg);
    r->jpeg.mem->max_memory_to_use = MOST_MEMORY;
    r->jpeg.progress = &r->progress;
    read_picture(r);
}

enum cic_status decode_jpeg(decoding *d) {
    reading *r = calloc(1, sizeof *r);
    if (!r) return CIC_OUT_OF_MEMORY;
    r->decoding = d;
    r->jpeg.err = jpeg_std_error(&r->errors);
    r->jpeg.client_data = r;
    r->errors.error_exit = give_up;
    r->errors.emit_message = note;
    r->errors.output_message = stay_silent;
    r->progress.progress_monitor = count_scans;
    r->status = CIC_DAMAGED;
    read_guarded(r);
    jpeg_destroy_decompress(&r->jpeg);
    enum cic_status status = r->status;
    free(r->inks);
    free(r);
    return status;
}
