#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "decoding.h"

typedef struct {
    decoding *decoding;
    size_t taken;
} source;

static int take(GifFileType *gif, GifByteType *to, int count) {
    source *s = gif->UserData;
    size_t left = s->decoding->count - s->taken;
    size_t given = (size_t)count < left ? (size_t)count : left;
    memcpy(to, s->decoding->bytes + s->taken, given);
    s->taken += given;
    return (int)given;
}

static enum cic_status damaged(decoding *d, const GifFileType *gif) {
    const char *text = GifErrorString(gif->Error);
    if (gif->Error == D_GIF_ERR_NOT_ENOUGH_MEM) return CIC_OUT_OF_MEMORY;
    return fail(d, CIC_DAMAGED, "%s", text ? text : "the file ends early");
}

/// Skips to the first picture; notes which of its colours is transparent, or -1.
static enum cic_status find_picture(decoding *d, GifFileType *gif, int *transparent) {
    *transparent = NO_TRANSPARENT_COLOR;
    for (;;) {
        GifRecordType record;
        if (DGifGetRecordType(gif, &record) == GIF_ERROR) return damaged(d, gif);
        if (record == TERMINATE_RECORD_TYPE) return fail(d, CIC_DAMAGED, "it holds no picture");
        if (record == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(gif) == GIF_ERROR ? damaged(d, gif) : CIC_OK;
        if (record != EXTENSION_RECORD_TYPE) continue;
        int code;
        GifByteType *block;
        if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return damaged(d, gif);
        while (block) {
            GraphicsControlBlock control;
            if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
                *transparent = control.TransparentColor;
            if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return damaged(d, gif);
        }
    }
}

/// Reads one row of places in the table of colours and makes colours of them, white where transparent.
static void color_row(const ColorMapObject *colors, int transparent, const GifPixelType *places, uint8_t *rgb, uint32_t count) {
    static const GifColorType white = {255, 255, 255}, black = {0, 0, 0};
    for (uint32_t i = 0; i < count; i++, rgb += 3) {
        int place = places[i];
        const GifColorType *color = place == transparent ? &white
            : place < colors->ColorCount                 ? &colors->Colors[place]
                                                         : &black;
        rgb[0] = color->Red, rgb[1] = color->Green, rgb[2] = color->Blue;
    }
}

/// What the first picture leaves of the canvas is white.
static void put_margins(decoding *d, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom, const uint8_t *white) {
    uint32_t width = d->picture->stored_width, height = d->picture->stored_height;
    for (uint32_t y = 0; y < height; y++) {
        int beside = y < top || y >= bottom;
        put_pixels(d, 0, 1, y, white, beside ? width : left);
        if (!beside) put_pixels(d, right, 1, y, white, width - right);
    }
}

static enum cic_status read_rows(
    decoding *d, GifFileType *gif, int transparent, GifPixelType *places, uint8_t *rgb, const uint8_t *white) {
    static const uint32_t first_row[] = {0, 4, 2, 1}, row_step[] = {8, 8, 4, 2};
    const GifImageDesc *image = &gif->Image;
    const ColorMapObject *colors = image->ColorMap ? image->ColorMap : gif->SColorMap;
    if (!colors) return fail(d, CIC_DAMAGED, "it has no colours");
    uint32_t width = d->picture->stored_width, height = d->picture->stored_height;
    // The picture may reach beyond the canvas, where it is not seen.
    uint32_t left = (uint32_t)image->Left < width ? (uint32_t)image->Left : width;
    uint32_t top = (uint32_t)image->Top < height ? (uint32_t)image->Top : height;
    uint32_t right = (uint32_t)image->Width < width - left ? left + (uint32_t)image->Width : width;
    uint32_t bottom = (uint32_t)image->Height < height - top ? top + (uint32_t)image->Height : height;
    put_margins(d, left, top, right, bottom, white);
    for (int pass = 0; pass < (image->Interlace ? 4 : 1); pass++)
        for (uint32_t y = image->Interlace ? first_row[pass] : 0; y < (uint32_t)image->Height;
             y += image->Interlace ? row_step[pass] : 1) {
            if (DGifGetLine(gif, places, image->Width) == GIF_ERROR) return damaged(d, gif);
            if (top + y >= bottom) continue;
            color_row(colors, transparent, places, rgb, right - left);
            put_pixels(d, left, 1, top + y, rgb, right - left);
        }
    finish_reducing(d);
    return CIC_OK;
}

static enum cic_status read_picture(decoding *d, GifFileType *gif) {
    int transparent;
    enum cic_status status = find_picture(d, gif, &transparent);
    if (status != CIC_OK) return status;
    const GifImageDesc *image = &gif->Image;
    if (image->Left < 0 || image->Top < 0 || image->Width <= 0 || image->Height <= 0)
        return fail(d, CIC_DAMAGED, "its picture has no pixels");
    // Some programs leave the canvas empty and mean the picture.
    int whole = gif->SWidth <= 0 || gif->SHeight <= 0;
    uint64_t width = (uint64_t)(whole ? image->Left + image->Width : gif->SWidth);
    uint64_t height = (uint64_t)(whole ? image->Top + image->Height : gif->SHeight);
    if ((status = check_size(d, (uint64_t)image->Width, (uint64_t)image->Height)) != CIC_OK) return status;
    if ((status = check_size(d, width, height)) != CIC_OK) return status;
    if ((status = begin_reducing(d)) != CIC_OK) return status;
    GifPixelType *places = malloc((size_t)image->Width);
    uint8_t *rgb = malloc((size_t)width * 3), *white = malloc((size_t)width * 3);
    if (white) memset(white, 255, (size_t)width * 3);
    status = places && rgb && white ? read_rows(d, gif, transparent, places, rgb, white) : CIC_OUT_OF_MEMORY;
    free(places);
    free(rgb);
    free(white);
    return status;
}

enum cic_status decode_gif(decoding *d) {
    source s = {.decoding = d};
    int error = 0;
    GifFileType *gif = DGifOpen(&s, take, &error);
    if (!gif) {
        const char *text = GifErrorString(error);
        return error == D_GIF_ERR_NOT_ENOUGH_MEM ? CIC_OUT_OF_MEMORY
                                                 : fail(d, CIC_DAMAGED, "%s", text ? text : "the file ends early");
    }
    enum cic_status status = read_picture(d, gif);
    DGifCloseFile(gif, &error);
    return status;
}
