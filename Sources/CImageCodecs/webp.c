#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "decoding.h"

/// A lossless picture is unpacked as a whole, four bytes a pixel: the most pixels that it may have.
enum { MOST_LOSSLESS = 40000000 };

static const char *reason(VP8StatusCode code) {
    switch (code) {
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return "the file ends early";
    default: return "its data is not right";
    }
}

/// Puts a decoded picture on a white canvas.
static void compose(decoding *d, const uint8_t *rgba, uint32_t left, uint32_t top, uint32_t width, uint32_t height) {
    cic_picture *canvas = d->picture;
    memset(canvas->pixels, 255, (size_t)canvas->width * canvas->height * 3);
    for (uint32_t y = 0; y < height && top + y < canvas->height; y++) {
        const uint8_t *from = rgba + (size_t)y * width * 4;
        uint8_t *to = canvas->pixels + 3 * ((size_t)(top + y) * canvas->width + left);
        for (uint32_t x = 0; x < width && left + x < canvas->width; x++, from += 4, to += 3)
            for (int c = 0; c < 3; c++) to[c] = over_white(from[c], from[3]);
    }
}

static enum cic_status read_frame(decoding *d, const WebPIterator *frame) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return fail(d, CIC_UNSUPPORTED, "the library is of another version");
    VP8StatusCode code = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &config.input);
    if (code != VP8_STATUS_OK) return fail(d, CIC_DAMAGED, "%s", reason(code));
    uint32_t canvas_width = d->picture->stored_width, canvas_height = d->picture->stored_height;
    uint32_t width = (uint32_t)config.input.width, height = (uint32_t)config.input.height;
    // Checked by the demultiplexer too; these numbers say how much is decoded.
    if (width > canvas_width || height > canvas_height) return fail(d, CIC_DAMAGED, "its picture is larger than its canvas");
    enum { LOSSLESS = 2 };
    if (config.input.format == LOSSLESS && (uint64_t)width * height > MOST_LOSSLESS)
        return fail(d, CIC_UNSUPPORTED, "it is lossless, and has more than %d million pixels", MOST_LOSSLESS / 1000000);
    enum cic_status status = begin_reducing(d);
    if (status != CIC_OK) return status;
    uint32_t n = d->factor;
    if (n > 1) {
        width = (width + n - 1) / n, height = (height + n - 1) / n;
        config.options.use_scaling = 1;
        config.options.scaled_width = (int)width;
        config.options.scaled_height = (int)height;
    }
    size_t size = (size_t)width * height * 4;
    uint8_t *rgba = malloc(size);
    if (!rgba) return CIC_OUT_OF_MEMORY;
    config.output.colorspace = MODE_RGBA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = rgba;
    config.output.u.RGBA.stride = (int)width * 4;
    config.output.u.RGBA.size = size;
    code = WebPDecode(frame->fragment.bytes, frame->fragment.size, &config);
    if (code == VP8_STATUS_OK) compose(d, rgba, (uint32_t)frame->x_offset / n, (uint32_t)frame->y_offset / n, width, height);
    WebPFreeDecBuffer(&config.output);
    free(rgba);
    if (code == VP8_STATUS_OUT_OF_MEMORY) return CIC_OUT_OF_MEMORY;
    return code == VP8_STATUS_OK ? CIC_OK : fail(d, CIC_DAMAGED, "%s", reason(code));
}

enum cic_status decode_webp(decoding *d) {
    WebPData data = {.bytes = d->bytes, .size = d->count};
    WebPDemuxState state;
    WebPDemuxer *file = WebPDemuxPartial(&data, &state);
    if (!file) return fail(d, CIC_DAMAGED, "%s", state == WEBP_DEMUX_PARSING_HEADER ? "the file ends early" : "its parts are not right");
    enum cic_status status =
        check_size(d, WebPDemuxGetI(file, WEBP_FF_CANVAS_WIDTH), WebPDemuxGetI(file, WEBP_FF_CANVAS_HEIGHT));
    WebPIterator frame = {0};
    if (status == CIC_OK && !WebPDemuxGetFrame(file, 1, &frame)) status = fail(d, CIC_DAMAGED, "it holds no picture");
    if (status == CIC_OK) status = frame.complete ? read_frame(d, &frame) : fail(d, CIC_DAMAGED, "the file ends early");
    WebPDemuxReleaseIterator(&frame);
    WebPChunkIterator chunk = {0};
    if (status == CIC_OK && WebPDemuxGetChunk(file, "EXIF", 1, &chunk))
        d->orientation = exif_orientation(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
    WebPDemuxDelete(file);
    return status;
}
