#ifndef DECODING_H
#define DECODING_H

#include "include/CImageCodecs.h"

/// What all decoders share.
typedef struct {
    const uint8_t *bytes;
    size_t count;
    const cic_limits *limits;
    cic_picture *picture;
    /// 1…8, as in TIFF; 1 is upright.
    int orientation;
    /// Sums of pixels, while the picture is made smaller by `factor`.
    uint32_t factor;
    uint16_t *sums;
} decoding;

enum cic_status decode_jpeg(decoding *d);
enum cic_status decode_png(decoding *d);
enum cic_status decode_gif(decoding *d);
enum cic_status decode_webp(decoding *d);

/// Leaves a message and returns the status.
enum cic_status fail(decoding *d, enum cic_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/// Notes the size that the file says, and holds it against the limits.
enum cic_status check_size(decoding *d, uint64_t width, uint64_t height);

/// Gets memory for the result.
enum cic_status get_pixels(decoding *d, uint32_t width, uint32_t height);

/// Gets memory for a result that is made smaller by a whole number, and for its sums; every place of the picture is then to
/// be put once, in any order.
enum cic_status begin_reducing(decoding *d);

/// Puts `count` pixels of row `y`, from column `x`, each `step` columns from the one before.
void put_pixels(decoding *d, uint32_t x, uint32_t step, uint32_t y, const uint8_t *rgb, uint32_t count);

/// Makes the result of the sums.
void finish_reducing(decoding *d);

/// One value over white.
static inline uint8_t over_white(uint8_t value, uint8_t alpha) {
    unsigned mixed = value * alpha + 255u * (255u - alpha) + 127u;
    return (uint8_t)(mixed / 255u);
}

/// The orientation that EXIF says, with or without its name in front; 1 where it says none.
int exif_orientation(const uint8_t *exif, size_t count);

/// Turns and mirrors the result upright.
enum cic_status make_upright(decoding *d);

#endif
