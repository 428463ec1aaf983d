#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

/// Pictures from files, and one kind of file from pictures, by the system's libraries. What those libraries do on damaged
/// files (long jumps, messages, partial results) stays inside.

enum cic_status {
    CIC_OK,
    /// The bytes are of no format that is read.
    CIC_NOT_AN_IMAGE,
    /// The bytes are not what their format says; `message` says how.
    CIC_DAMAGED,
    /// A right picture of a kind that is not read; `message` says which.
    CIC_UNSUPPORTED,
    /// More pixels than the limits; `stored_width` and `stored_height` say how many.
    CIC_TOO_LARGE,
    CIC_OUT_OF_MEMORY,
};

enum cic_format { CIC_NO_FORMAT, CIC_JPEG, CIC_PNG, CIC_GIF, CIC_WEBP };

enum { CIC_MESSAGE_SIZE = 200 };

typedef struct {
    /// The most pixels on a side of the picture in the file.
    uint32_t side;
    /// The most pixels in all of the picture in the file.
    uint64_t area;
    /// The most pixels in all of the result; a larger picture is made smaller, by a whole number where the format does not
    /// offer better, while it is decoded.
    uint64_t kept;
} cic_limits;

typedef struct {
    enum cic_format format;
    /// As the file says, before orientation.
    uint32_t stored_width, stored_height;
    /// The result: RGB, 8 bits each, rows from the top, upright; transparent parts over white.
    uint32_t width, height;
    uint8_t *_Nullable pixels;
    char message[CIC_MESSAGE_SIZE];
} cic_picture;

/// The format that bytes begin as.
enum cic_format cic_recognize(const uint8_t *_Nonnull bytes, size_t count);

/// Decodes a file; of an animation its first picture. The picture is to be closed whatever is returned.
enum cic_status cic_decode(
    const uint8_t *_Nonnull bytes, size_t count, const cic_limits *_Nonnull limits, cic_picture *_Nonnull picture);

void cic_close(cic_picture *_Nonnull picture);

/// Writes a picture as PNG. `*encoded` is to be given back by `cic_free`.
enum cic_status cic_encode_png(
    const uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, uint8_t *_Nullable *_Nonnull encoded,
    size_t *_Nonnull count);

void cic_free(uint8_t *_Nullable encoded);

#endif
